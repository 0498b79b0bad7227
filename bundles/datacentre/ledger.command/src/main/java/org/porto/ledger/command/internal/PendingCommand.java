// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.command.internal;

import java.time.Instant;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Reservation;
import org.porto.ledger.api.Reservations;

/** {@code ledger:pending}. */
@Service
@Command(scope = "ledger", name = "pending", description = "Reservations that have not ended, oldest first")
public final class PendingCommand implements Action {

    @Option(name = "--json", description = "JSON; amounts in mils")
    boolean json;

    @Option(name = "--no-format", description = "without borders")
    boolean noFormat;

    @Reference
    Session session;

    @Reference
    Reservations reservations;

    @Option(name = "--after", description = "number of the entry to go on after")
    long after;

    @Option(name = "--max", description = "reservations, 1 to 10000")
    int max = 100;

    @Override
    public Object execute() throws Exception {
        Listing listing = new Listing("number", "time", "id", "kind", "debit", "credit", "amount", "currency", "reference", "expires");
        for (Reservation reservation : reservations.open(after, Math.max(1, Math.min(max, 10_000)))) {
            LedgerEntry entry = reservation.entry();
            listing.row(entry.number(), entry.time().toString(), entry.id().value(), entry.kind(), entry.debit(), entry.credit(),
                    Listing.mils(entry.amountMils()), entry.currency(), entry.reference(),
                    reservation.expires().map(Instant::toString).orElse(null));
        }
        listing.print(session.getConsole(), json, noFormat);
        return null;
    }
}
