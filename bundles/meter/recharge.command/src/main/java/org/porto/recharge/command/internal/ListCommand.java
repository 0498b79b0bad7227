// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.command.internal;

import java.time.LocalDate;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.recharge.api.QueueEntry;
import org.porto.recharge.api.RechargeQueue;

@Service
@Command(scope = "recharge", name = "list", description = "Lists waiting authorisations")
public final class ListCommand implements Action {

    @Reference
    private RechargeQueue queue;

    @Reference
    private Session session;

    @Option(name = "--max", description = "Lines at most, 1 to 100000")
    private int max = 1000;

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Option(name = "--no-format", description = "Without borders")
    private boolean noFormat;

    @Override
    public Object execute() throws Exception {
        Listing listing = new Listing("entryId", "routingTag", "order", "notAfter", "since");
        for (QueueEntry entry : queue.entries(max)) {
            listing.row(
                    entry.entryId(),
                    entry.routingTag(),
                    entry.order(),
                    LocalDate.of(2000, 1, 1).plusDays(entry.notAfterDay()).toString(),
                    entry.since().toString());
        }
        listing.print(session.getConsole(), json, noFormat);
        return null;
    }
}
