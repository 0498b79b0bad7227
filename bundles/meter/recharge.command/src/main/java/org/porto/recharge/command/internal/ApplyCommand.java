// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.recharge.api.RechargeOutcome;
import org.porto.recharge.api.RechargeQueue;

@Service
@Command(scope = "recharge", name = "apply", description = "Offers the inserted card its authorisations")
public final class ApplyCommand implements Action {

    @Reference
    private RechargeQueue queue;

    @Reference
    private Session session;

    @Option(name = "--reader", description = "Reader name; the best one with a card when left out")
    private String reader = "";

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Option(name = "--no-format", description = "Without borders")
    private boolean noFormat;

    @Override
    public Object execute() throws Exception {
        Listing listing = new Listing("time", "entryId", "card", "result", "removed", "balance");
        for (RechargeOutcome outcome : queue.serve(reader)) {
            listing.row(
                    outcome.time().toString(),
                    outcome.entryId(),
                    outcome.card(),
                    outcome.result(),
                    outcome.removed(),
                    outcome.balanceMils() < 0 ? null : Listing.mils(outcome.balanceMils()));
        }
        listing.print(session.getConsole(), json, noFormat);
        return null;
    }
}
