// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.command.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.recharge.api.RechargeQueue;

@Service
@Command(scope = "recharge", name = "purge", description = "Removes expired authorisations, and those named")
public final class PurgeCommand implements Action {

    @Reference
    private RechargeQueue queue;

    @Reference
    private Session session;

    @Argument(name = "ENTRY", description = "Entry ids", required = false, multiValued = true)
    @Completion(EntryCompleter.class)
    private List<String> entries;

    @Option(name = "--yes", description = "Really")
    private boolean yes;

    @Override
    public Object execute() throws Exception {
        if (!yes) {
            throw new IllegalArgumentException("entries cannot be brought back: add --yes");
        }
        int left = queue.purge(entries == null ? List.of() : entries, "by hand");
        session.getConsole().println(left + " entries removed");
        return null;
    }
}
