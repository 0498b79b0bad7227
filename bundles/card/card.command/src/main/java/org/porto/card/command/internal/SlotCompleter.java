// SPDX-License-Identifier: Apache-2.0
package org.porto.card.command.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;

/** Slots of the drawer's own reader. */
@Service
public final class SlotCompleter implements Completer {

    private static final String DRAWER_DRIVER = "sim";

    @Reference
    private CardReaders readers;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(readers.list().stream()
                        .filter(reader -> reader.driverId().equals(DRAWER_DRIVER))
                        .map(ReaderInfo::name)
                        .map(name -> name.substring(name.indexOf('/') + 1))
                        .toList())
                .complete(session, line, candidates);
    }
}
