// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.card.drawer.api.CardDrawer;
import org.porto.model.api.RefusedException;

@Service
public final class LabelCompleter implements Completer {

    @Reference
    private CardDrawer drawer;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        StringsCompleter known = new StringsCompleter();
        try {
            drawer.cards().forEach(card -> known.getStrings().add(card.label()));
        } catch (RefusedException e) {
            return -1; // nothing to offer; the command itself will say why
        }
        return known.complete(session, line, candidates);
    }
}
