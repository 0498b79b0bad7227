// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.command;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.authorisation.api.AuthorisationCode;
import org.porto.authorisation.api.AuthorisationInfo;
import org.porto.authorisation.api.Authorisations;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

@Service
@Command(scope = "authorisation", name = "show", description = "Shows one authorisation")
public final class ShowCommand implements Action {

    @Argument(index = 0, name = "id", required = true, description = "32 hex digits")
    @Completion(IdCompleter.class)
    private String id;

    @Option(name = "--json", description = "print JSON")
    private boolean json;

    @Reference
    private Authorisations authorisations;

    @Override
    public Object execute() throws PortoException {
        AuthorisationInfo one = authorisations
                .find(TransactionId.parse(id))
                .orElseThrow(() -> new RefusedException(AuthorisationCode.UNKNOWN, id));
        Rows.add(Rows.listing(), one).printOne(System.out, json);
        return null;
    }
}
