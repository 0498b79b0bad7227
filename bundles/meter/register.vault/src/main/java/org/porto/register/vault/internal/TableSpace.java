// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * Which blocks of the table's file hold what. Searched onwards from the last place, so that a search is short however many small
 * holes there are. What is given back rests until no anchor leads to a state that needs it (see {@link TableFile}).
 */
final class TableSpace {

    private record Resting(int block, int count, long freedAt) {}

    private final int first;
    private final BitSet used = new BitSet();
    private final Deque<Resting> resting = new ArrayDeque<>();
    private int cursor;
    private int end;

    /** @param first block that may be taken */
    TableSpace(int first) {
        this.first = first;
        cursor = first;
    }

    /** Blocks that the file has; more may be taken, and make it longer. */
    void end(long blocks) {
        end = Math.max(first, Math.toIntExact(blocks));
    }

    boolean isFree(long block, int count) {
        int at = (int) block;
        int next = used.nextSetBit(at);
        return at >= first && (next < 0 || next >= at + count);
    }

    void take(long block, int count) {
        int at = Math.toIntExact(block);
        used.set(at, at + count);
        cursor = at + count;
    }

    /** So many free blocks in a row; behind all that is used when nothing else is left. */
    long find(int count) {
        int at = search(cursor, count);
        if (at < 0) {
            at = search(first, count);
        }
        return at < 0 ? Math.max(first, used.length()) : at;
    }

    private int search(int from, int count) {
        for (int start = used.nextClearBit(from); start + count <= end; ) {
            int stop = used.nextSetBit(start);
            if (stop < 0 || stop - start >= count) {
                return start;
            }
            start = used.nextClearBit(stop);
        }
        return -1;
    }

    /** Given back by the state of this version. */
    void rest(long block, int count, long version) {
        resting.add(new Resting(Math.toIntExact(block), count, version));
    }

    /** Every state that can still be opened is at least of this version: what older ones gave back is free. */
    void release(long version) {
        while (!resting.isEmpty() && resting.peek().freedAt() < version) {
            Resting rested = resting.poll();
            used.clear(rested.block(), rested.block() + rested.count());
        }
    }

    /** Whether more than three quarters are in use. */
    boolean cramped() {
        return used.cardinality() > end / 4 * 3;
    }
}
