// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

import java.time.Instant;

/**
 * A page of a statement.
 *
 * @param fromNumber number of the first entry that may be in it; the last one's plus one goes on
 * @param from booked then or later
 * @param to booked before
 * @param max entries, 1 to 10000
 */
public record StatementRange(String account, long fromNumber, Instant from, Instant to, int max) {

    public static final int ENTRIES_MAX = 10_000;

    public StatementRange {
        if (max < 1 || max > ENTRIES_MAX) {
            throw new IllegalArgumentException("max is 1 to 10000, not " + max);
        }
    }

    /** All of an account's entries from a number on, a page at a time. */
    public static StatementRange from(String account, long fromNumber, int max) {
        return new StatementRange(account, fromNumber, Instant.EPOCH, Instant.MAX, max);
    }
}
