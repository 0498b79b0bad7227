// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.model.api.RefusedException;
import org.porto.transfer.api.TransferService;

/** Ids of the newest transfers. */
@Service
public final class TransferCompleter implements Completer {

    private static final int OFFERED_MAX = 100;

    @Reference
    private TransferService transfers;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        try {
            return new StringsCompleter(transfers.list(OFFERED_MAX).stream()
                            .map(t -> t.transaction().value())
                            .toList())
                    .complete(session, line, candidates);
        } catch (RefusedException e) {
            return -1; // nothing to offer; the command itself will say why
        }
    }
}
