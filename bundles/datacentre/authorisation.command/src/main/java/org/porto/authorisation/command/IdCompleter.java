// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.authorisation.api.Authorisations;
import org.porto.model.api.RefusedException;

@Service
public final class IdCompleter implements Completer {

    private static final int OFFERED_MAX = 100;

    @Reference
    private Authorisations authorisations;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        StringsCompleter known = new StringsCompleter();
        try {
            authorisations.list(OFFERED_MAX).forEach(one -> known.getStrings().add(one.id().value()));
        } catch (RefusedException e) {
            return -1; // nothing to offer; the command itself will say why
        }
        return known.complete(session, line, candidates);
    }
}
