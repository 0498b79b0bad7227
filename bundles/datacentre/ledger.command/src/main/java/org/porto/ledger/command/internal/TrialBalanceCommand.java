// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.command.internal;

import java.util.Map;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.ledger.api.Books;
import org.porto.ledger.api.TrialLine;

/** {@code ledger:trial-balance}. The last line of each currency has no kind: its sums, which are equal. */
@Service
@Command(scope = "ledger", name = "trial-balance", description = "Every account on its side, and the sums")
public final class TrialBalanceCommand implements Action {

    @Option(name = "--json", description = "JSON; amounts in mils")
    boolean json;

    @Option(name = "--no-format", description = "without borders")
    boolean noFormat;

    @Reference
    Session session;

    @Reference
    Books books;

    @Override
    public Object execute() throws Exception {
        Listing listing = new Listing("account", "kind", "currency", "debit", "credit");
        Map<String, long[]> sums = new TreeMap<>();
        for (TrialLine line : books.trialBalance()) {
            listing.row(line.account(), line.kind().name(), line.currency(), Listing.mils(line.debitMils()),
                    Listing.mils(line.creditMils()));
            long[] sum = sums.computeIfAbsent(line.currency(), c -> new long[2]);
            sum[0] = Math.addExact(sum[0], line.debitMils());
            sum[1] = Math.addExact(sum[1], line.creditMils());
        }
        sums.forEach((currency, sum) -> listing.row("sum", null, currency, Listing.mils(sum[0]), Listing.mils(sum[1])));
        listing.print(session.getConsole(), json, noFormat);
        return null;
    }
}
