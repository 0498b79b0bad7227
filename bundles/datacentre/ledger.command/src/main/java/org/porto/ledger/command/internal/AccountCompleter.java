// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.command.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.Ledger;
import org.porto.model.api.RefusedException;

/** Names of accounts. */
@Service
public final class AccountCompleter implements Completer {

    @Reference
    Ledger ledger;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        try {
            return new StringsCompleter(ledger.accounts().stream().map(Account::name).toList())
                    .complete(session, line, candidates);
        } catch (RefusedException e) {
            // A ledger that is down has nothing to offer; the command itself will say why.
            return -1;
        }
    }
}
