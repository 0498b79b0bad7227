// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.TransactionId;

/**
 * One row of the journal.
 *
 * @param event posted, pending, post, void or expire
 * @param expires microseconds from which on a reservation cannot be posted; {@link #NEVER}
 */
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
        String reference,
        long expires) {

    static final long NEVER = 0;

    static final String COLUMNS = "j.entry_no, j.event, j.transfer_id, j.booked_micros, j.debit, j.credit, j.amount, j.currency,"
            + " j.kind, j.reference, j.expires_micros";
    static final int COLUMN_COUNT = 11;

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
                row.getString(10),
                row.getLong(COLUMN_COUNT)); // NULL reads zero
    }

    static Row of(long number, String event, long micros, Posting p, long expires) {
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
                p.reference(),
                expires);
    }

    /** The entry that ends this one. */
    Row end(long newNumber, String newEvent, long newMicros, long newAmount) {
        return new Row(newNumber, newEvent, id, newMicros, debit, credit, newAmount, currency, kind, reference, NEVER);
    }

    boolean begins() {
        return event.equals("posted") || event.equals("pending");
    }

    boolean sameContents(Posting p, long wantedExpires) {
        return of(number, event, micros, p, wantedExpires).equals(this);
    }

    LedgerEntry entry(String state, long shownAmount) {
        return new LedgerEntry(
                number, new TransactionId(id), time(micros), debit, credit, shownAmount, currency, kind, reference, state);
    }

    static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** Whole microseconds; a moment beyond what they can count is the last that they can. */
    static long micros(Instant time) {
        try {
            return ChronoUnit.MICROS.between(Instant.EPOCH, time);
        } catch (ArithmeticException e) {
            return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
