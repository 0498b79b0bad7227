// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.franking.api.FrankingService;
import org.porto.franking.api.Spoil;
import org.porto.model.api.RefusedException;

@Service
@Command(scope = "frank", name = "spoils", description = "Debits without a certain print")
public final class SpoilsCommand implements Action {

    @Option(name = "--json", description = "JSON array, amounts in mils")
    private boolean json;

    @Option(name = "--no-format", description = "Table without borders")
    private boolean noFormat;

    @Reference
    private FrankingService franking;

    @Reference
    private Session session;

    @Override
    public Object execute() throws RefusedException {
        Listing listing = new Listing("transaction", "pieceCount", "value", "time", "reason");
        for (Spoil spoil : franking.spoils()) {
            listing.row(
                    spoil.transaction().value(),
                    spoil.pieceCount(),
                    Listing.mils(spoil.valueMils()),
                    spoil.time().toString(),
                    spoil.reason());
        }
        listing.print(session.getConsole(), json, noFormat);
        return null;
    }
}
