// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.TransactionId;

/** One row of the journal; the event is posted, pending, post or void. */
record Row(
        long number,
        String event,
        String id,
        long micros,
        String debit,
        String credit,
        long amount,
        String currency,
        String kind,
        String reference) {

    static final String COLUMNS = "j.entry_no, j.event, j.transfer_id, j.booked_micros, j.debit, j.credit, j.amount, j.currency,"
            + " j.kind, j.reference";

    static Row of(ResultSet row) throws SQLException {
        return new Row(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getString(5),
                row.getString(6),
                row.getLong(7),
                row.getString(8),
                row.getString(9),
                row.getString(10));
    }

    static Row of(long number, String event, long micros, Posting p) {
        return new Row(
                number,
                event,
                p.id().value(),
                micros,
                p.debit(),
                p.credit(),
                p.amount().mils(),
                p.amount().currency().getCurrencyCode(),
                p.kind(),
                p.reference());
    }

    Row follow(long newNumber, String newEvent, long newMicros) {
        return new Row(newNumber, newEvent, id, newMicros, debit, credit, amount, currency, kind, reference);
    }

    boolean sameContents(Posting p) {
        return of(number, event, micros, p).equals(this);
    }

    LedgerEntry entry(String state) {
        return new LedgerEntry(
                number,
                new TransactionId(id),
                Instant.EPOCH.plus(micros, ChronoUnit.MICROS),
                debit,
                credit,
                amount,
                currency,
                kind,
                reference,
                state);
    }
}
