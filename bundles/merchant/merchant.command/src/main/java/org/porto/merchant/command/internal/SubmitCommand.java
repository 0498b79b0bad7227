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
@Command(scope = "merchant", name = "submit", description = "Sends paid purchases to the data centre")
public final class SubmitCommand implements Action {

    @Reference
    private MerchantPoint point;

    @Reference
    private Session session;

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        Batch batch = point.submit();
        new Listing("number", "purchases", "total", "accepted", "acceptedAmount", "state")
                .row(
                            batch.number(),
                            batch.purchases(),
                            Listing.mils(batch.totalMils()),
                            batch.accepted(),
                            Listing.mils(batch.acceptedMils()),
                            batch.state())
                .printOne(session.getConsole(), json);
        return null;
    }
}
