// SPDX-License-Identifier: Apache-2.0
package org.porto.system.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.audit.api.AuditEntry;
import org.porto.audit.api.AuditTrail;
import org.porto.console.api.Listing;
import org.porto.model.api.RefusedException;

@Service
@Command(scope = "audit", name = "list", description = "Shows the newest entries of the audit trail")
public final class AuditListCommand implements Action {

    private static final int ENTRIES_MAX = 10_000;

    @Reference
    private AuditTrail trail;

    @Option(name = "--max", description = "Most entries to show, 1 to 10000")
    private int max = 50;

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Option(name = "--no-format", description = "Without borders and colours")
    private boolean noFormat;

    @Override
    public Object execute() throws RefusedException {
        if (max < 1 || max > ENTRIES_MAX) {
            throw new IllegalArgumentException("--max is 1 to " + ENTRIES_MAX);
        }
        Listing listing = new Listing("sequence", "time", "principal", "act", "subject", "outcome");
        for (AuditEntry entry : trail.last(max)) {
            listing.row(
                    entry.sequence(),
                    entry.time().toString(),
                    entry.principal(),
                    entry.act(),
                    entry.subject(),
                    entry.outcome());
        }
        listing.print(System.out, json, noFormat);
        return null;
    }
}
