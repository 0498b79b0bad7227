// SPDX-License-Identifier: Apache-2.0
package org.porto.card.command.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.card.drawer.api.CardDrawer;
import org.porto.card.drawer.api.DrawerCard;
import org.porto.model.api.RefusedException;

/** Labels of the cards in the drawer. */
@Service
public final class LabelCompleter implements Completer {

    @Reference
    private CardDrawer drawer;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        try {
            return new StringsCompleter(drawer.cards().stream().map(DrawerCard::label).toList())
                    .complete(session, line, candidates);
        } catch (RefusedException e) {
            return -1; // no proposals; the command itself will say why
        }
    }
}
