// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.command.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.recharge.api.QueueEntry;
import org.porto.recharge.api.RechargeQueue;

/** Ids of the first entries. */
@Service
public final class EntryCompleter implements Completer {

    private static final int OFFERED_MAX = 100;

    @Reference
    private RechargeQueue queue;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        StringsCompleter known = new StringsCompleter();
        queue.entries(OFFERED_MAX).stream().map(QueueEntry::entryId).forEach(known.getStrings()::add);
        return known.complete(session, line, candidates);
    }
}
