// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.merchant.api.MerchantPoint;
import org.porto.merchant.api.Purchase;

@Service
@Command(scope = "merchant", name = "resolve", description = "Asks the inserted card about its open purchases")
public final class ResolveCommand implements Action {

    @Reference
    private MerchantPoint point;

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
        Listing listing = new Listing("transaction", "number", "card", "amount", "time", "state");
        for (Purchase purchase : point.resolve(reader)) {
            listing.row(
                            purchase.transaction().value(),
                            purchase.number(),
                            purchase.card().value(),
                            Listing.mils(purchase.amountMils()),
                            purchase.time().toString(),
                            purchase.state());
        }
        listing.print(session.getConsole(), json, noFormat);
        return null;
    }
}
