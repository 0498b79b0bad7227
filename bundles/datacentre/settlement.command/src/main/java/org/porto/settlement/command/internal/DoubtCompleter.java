// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.command.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.model.api.RefusedException;
import org.porto.settlement.api.Settlement;

/** Ids of transfers in doubt, and of those that were. */
@Service
public final class DoubtCompleter implements Completer {

    @Reference
    private Settlement settlement;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        try {
            return new StringsCompleter(settlement.doubts().stream()
                            .map(d -> d.transaction().value())
                            .toList())
                    .complete(session, line, candidates);
        } catch (RefusedException e) {
            return -1; // nothing to offer; the command itself will say why
        }
    }
}
