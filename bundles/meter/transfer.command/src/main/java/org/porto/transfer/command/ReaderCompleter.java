// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;

/** Names of readers. */
@Service
public final class ReaderCompleter implements Completer {

    @Reference
    private CardReaders readers;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(readers.list().stream().map(ReaderInfo::name).toList())
                .complete(session, line, candidates);
    }
}
