// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.tms.api.SyncResult;
import org.porto.tms.api.TmsClient;

@Service
@Command(scope = "tms", name = "sync", description = "Uploads records and receipts, fetches pairings and recharge authorisations")
public final class SyncCommand implements Action {

    @Reference
    private TmsClient client;

    @Reference
    private Session session;

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        SyncResult done = client.sync();
        new Listing("recordsUploaded", "receiptsAcknowledged", "pairings", "listVersion", "listEntries", "settlements")
                .row(
                        done.recordsUploaded(),
                        done.receiptsAcknowledged(),
                        done.pairings(),
                        done.listVersion(),
                        done.listEntries(),
                        done.settlements())
                .printOne(session.getConsole(), json);
        return null;
    }
}
