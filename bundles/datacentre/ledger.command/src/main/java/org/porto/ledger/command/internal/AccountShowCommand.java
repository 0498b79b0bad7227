// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerEntry;

/** {@code account:show}. */
@Service
@Command(scope = "account", name = "show", description = "Statement of an account, newest last")
public final class AccountShowCommand implements Action {

    @Option(name = "--json", description = "JSON; amounts in mils")
    boolean json;

    @Option(name = "--no-format", description = "without borders")
    boolean noFormat;

    @Reference
    Session session;

    @Reference
    Ledger ledger;

    @Argument(name = "account", description = "for example deposit:ACME", required = true)
    @Completion(AccountCompleter.class)
    String account;

    @Option(name = "--from", description = "number of the first entry")
    long from = 1;

    @Option(name = "--max", description = "entries, 1 to 10000")
    int max = 100;

    @Override
    public Object execute() throws Exception {
        Listing listing = new Listing("number", "time", "kind", "debit", "credit", "amount", "reference", "state");
        for (LedgerEntry entry : ledger.statement(account, from, Math.max(1, Math.min(max, 10_000)))) {
            listing.row(entry.number(), entry.time().toString(), entry.kind(), entry.debit(), entry.credit(),
                    Listing.mils(entry.amountMils()), entry.reference(), entry.state());
        }
        listing.print(session.getConsole(), json, noFormat);
        return null;
    }
}
