// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.merchant.api.Batch;
import org.porto.merchant.api.MerchantPoint;

@Service
@Command(scope = "merchant", name = "batches", description = "Lists batches, newest first")
public final class BatchesCommand implements Action {

    @Reference
    private MerchantPoint point;

    @Reference
    private Session session;

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Option(name = "--no-format", description = "Without borders")
    private boolean noFormat;

    @Override
    public Object execute() throws Exception {
        Listing listing = new Listing("number", "purchases", "total", "accepted", "acceptedAmount", "state");
        for (Batch batch : point.batches()) {
            listing.row(
                            batch.number(),
                            batch.purchases(),
                            Listing.mils(batch.totalMils()),
                            batch.accepted(),
                            Listing.mils(batch.acceptedMils()),
                            batch.state());
        }
        listing.print(session.getConsole(), json, noFormat);
        return null;
    }
}
