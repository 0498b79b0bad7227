// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.porto.model.api.CardId;

/**
 * What was moved to cards on the latest day on record. The day only goes forward: a clock that went back still counts for the later
 * day, so setting it back gives nobody a fresh limit. What came back to D counts no more. Called under the book's lock.
 */
final class DayTotals {

    /**
     * @param day days since 1970
     * @param transfers how many began on it, undone ones too
     * @param mils moved by all of them
     */
    record Day(long day, int transfers, long mils, Map<CardId, Long> byCard) {
        long mils(CardId card) {
            return byCard.getOrDefault(card, 0L);
        }
    }

    private long day = Long.MIN_VALUE;
    private int transfers;
    private long mils;
    private final Map<CardId, Long> byCard = new HashMap<>();

    void clear() {
        day = Long.MIN_VALUE;
        reset();
    }

    private void reset() {
        transfers = 0;
        mils = 0;
        byCard.clear();
    }

    long day() {
        return day;
    }

    /** The day to count for and its totals. */
    Day of(long today) {
        return today > day ? new Day(today, 0, 0, Map.of()) : new Day(day, transfers, mils, Map.copyOf(byCard));
    }

    void take(Optional<Entry> before, Entry now) {
        if (now.day() > day) {
            day = now.day();
            reset();
        }
        if (now.day() != day) {
            return;
        }
        if (before.isEmpty()) {
            transfers++;
        }
        add(now.card(), counted(now) - before.map(DayTotals::counted).orElse(0L));
    }

    private void add(CardId card, long change) {
        mils = Math.addExact(mils, change);
        byCard.merge(card, change, Math::addExact);
    }

    private static long counted(Entry entry) {
        return switch (entry.stage()) {
            case UNDONE, SETTLED_UNDONE -> 0;
            default -> entry.amountMils();
        };
    }
}
