// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.command.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.ledger.api.Books;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.StatementRange;

/** {@code ledger:statement}. */
@Service
@Command(scope = "ledger", name = "statement", description = "Statement of an account, newest last, a page at a time")
public final class StatementCommand implements Action {

    @Option(name = "--json", description = "JSON; amounts in mils")
    boolean json;

    @Option(name = "--no-format", description = "without borders")
    boolean noFormat;

    @Reference
    Session session;

    @Reference
    Books books;

    @Argument(name = "account", description = "for example deposit:ACME", required = true)
    @Completion(AccountCompleter.class)
    String account;

    @Option(name = "--from", description = "booked then or later: 2026-11-22, midnight UTC, or 2026-11-22T14:00:00Z")
    String from;

    @Option(name = "--to", description = "booked before: the same forms")
    String to;

    @Option(name = "--start", description = "number of the entry that the page begins with or after")
    long start = 1;

    @Option(name = "--max", description = "entries on the page, 1 to 10000")
    int max = 100;

    @Override
    public Object execute() throws Exception {
        List<LedgerEntry> page = books.statement(new StatementRange(
                account,
                start,
                from == null ? Instant.EPOCH : time(from),
                to == null ? Instant.MAX : time(to),
                Math.max(1, Math.min(max, StatementRange.ENTRIES_MAX))));
        Listing listing =
                new Listing("number", "time", "id", "kind", "side", "other", "amount", "currency", "reference", "state");
        for (LedgerEntry entry : page) {
            boolean debited = entry.debit().equals(account);
            listing.row(entry.number(), entry.time().toString(), entry.id().value(), entry.kind(), debited ? "debit" : "credit",
                    debited ? entry.credit() : entry.debit(), Listing.mils(entry.amountMils()), entry.currency(),
                    entry.reference(), entry.state());
        }
        listing.print(session.getConsole(), json, noFormat);
        if (!json && page.size() == max) {
            session.getConsole().println("next page: --start " + (page.get(page.size() - 1).number() + 1));
        }
        return null;
    }

    private static Instant time(String text) {
        try {
            return text.contains("T") ? Instant.parse(text) : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is neither a day like 2026-11-22 nor a time like 2026-11-22T14:00:00Z", e);
        }
    }
}
