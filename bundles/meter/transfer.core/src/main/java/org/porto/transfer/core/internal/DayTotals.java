// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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
     * @param mils moved by all of them
     */
    record Day(long day, long mils, Map<CardId, Long> byCard) {
        long mils(CardId card) {
            return byCard.getOrDefault(card, 0L);
        }
    }

    private long day = Long.MIN_VALUE;
    private long mils;
    private final Map<CardId, Long> byCard = new HashMap<>();

    void clear() {
        day = Long.MIN_VALUE;
        reset();
    }

    private void reset() {
        mils = 0;
        byCard.clear();
    }

    /** The day to count for and its totals. */
    Day of(long today) {
        return today > day ? new Day(today, 0, Map.of()) : new Day(day, mils, Map.copyOf(byCard));
    }

    void take(Optional<Entry> before, Entry now) {
        if (now.day() > day) {
            day = now.day();
            reset();
        }
        if (now.day() != day) {
            return;
        }
        add(now.card(), counted(now) - before.map(DayTotals::counted).orElse(0L));
    }

    /** For a compacted journal, which no longer has every transfer of the day: kind, day, sum, cards and their sums. */
    byte[] encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(TransferBook.DAY);
            out.writeLong(day);
            out.writeLong(mils);
            out.writeInt(byCard.size());
            for (Map.Entry<CardId, Long> one : byCard.entrySet()) {
                out.write(one.getKey().bytes());
                out.writeLong(one.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Takes the place of what the transfers before it added up to. */
    void set(DataInputStream in) throws IOException {
        day = in.readLong();
        reset();
        mils = in.readLong();
        for (int left = in.readInt(); left > 0; left--) {
            byCard.put(CardId.of(in.readNBytes(CardId.BYTES)), in.readLong());
        }
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
