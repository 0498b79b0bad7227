// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.command;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.authorisation.api.AuthorisationInfo;
import org.porto.authorisation.api.Authorisations;
import org.porto.console.api.Listing;
import org.porto.model.api.PortoException;

@Service
@Command(scope = "authorisation", name = "list", description = "Lists authorisations, newest first")
public final class ListCommand implements Action {

    @Option(name = "--max", description = "most rows, 1 to 10000")
    private int max = 1000;

    @Option(name = "--json", description = "print JSON")
    private boolean json;

    @Option(name = "--no-format", description = "leave the table's borders out")
    private boolean noFormat;

    @Reference
    private Authorisations authorisations;

    @Override
    public Object execute() throws PortoException {
        Listing listing = Rows.listing();
        for (AuthorisationInfo one : authorisations.list(max)) {
            Rows.add(listing, one);
        }
        listing.print(System.out, json, noFormat);
        return null;
    }
}
