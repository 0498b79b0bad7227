// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.porto.model.api.TransactionId;

/** Where the records of one segment lie, by slot (from 0) and by transaction id. Exact, and small enough for the heap. */
final class IdIndex {

    private static final int SLOTS_FIRST = 1024;
    private static final int NONE = -1;

    private long[] ids = new long[2 * SLOTS_FIRST];
    private int[] offsets = new int[SLOTS_FIRST];
    private int[] buckets = new int[4 * SLOTS_FIRST];
    private int size;

    int size() {
        return size;
    }

    int offset(int slot) {
        return offsets[slot];
    }

    long high(int slot) {
        return ids[2 * slot];
    }

    long low(int slot) {
        return ids[2 * slot + 1];
    }

    void add(TransactionId id, long offset) {
        ByteBuffer bytes = ByteBuffer.wrap(id.bytes());
        add(bytes.getLong(), bytes.getLong(), Math.toIntExact(offset));
    }

    void add(long high, long low, int offset) {
        if (size == offsets.length) {
            grow();
        }
        ids[2 * size] = high;
        ids[2 * size + 1] = low;
        offsets[size] = offset;
        put(size);
        size++;
    }

    private void put(int slot) {
        int at = bucket(high(slot), low(slot));
        while (buckets[at] != 0) {
            at = at + 1 & buckets.length - 1;
        }
        buckets[at] = slot + 1;
    }

    private void grow() {
        ids = Arrays.copyOf(ids, ids.length * 2);
        offsets = Arrays.copyOf(offsets, offsets.length * 2);
        buckets = new int[buckets.length * 2];
        for (int slot = 0; slot < size; slot++) {
            put(slot);
        }
    }

    /** @return slot, or -1; of an id that is there twice the first */
    int find(long high, long low) {
        int at = bucket(high, low);
        while (buckets[at] != 0) {
            int slot = buckets[at] - 1;
            if (high(slot) == high && low(slot) == low) {
                return slot;
            }
            at = at + 1 & buckets.length - 1;
        }
        return NONE;
    }

    private int bucket(long high, long low) {
        return (int) mix(high, low) & buckets.length - 1;
    }

    /** Ids are random by custom only: whoever counts them up must not find a slow index. */
    static long mix(long high, long low) {
        long h = high * 0x9E3779B97F4A7C15L ^ Long.rotateLeft(low, 32);
        h = (h ^ h >>> 33) * 0xFF51AFD7ED558CCDL;
        h = (h ^ h >>> 33) * 0xC4CEB9FE1A85EC53L;
        return h ^ h >>> 33;
    }

    /** Slots in the order of their ids, as unsigned numbers. */
    int[] sorted() {
        int[] order = new int[size];
        for (int slot = 0; slot < size; slot++) {
            order[slot] = slot;
        }
        int[] spare = order.clone();
        sort(spare, order, 0, size);
        return order;
    }

    private void sort(int[] from, int[] to, int low, int high) {
        if (high - low < 2) {
            return;
        }
        int middle = (low + high) >>> 1;
        sort(to, from, low, middle);
        sort(to, from, middle, high);
        int a = low;
        int b = middle;
        for (int i = low; i < high; i++) {
            to[i] = b >= high || a < middle && compare(from[a], from[b]) <= 0 ? from[a++] : from[b++];
        }
    }

    private int compare(int a, int b) {
        return compare(high(a), low(a), high(b), low(b));
    }

    static int compare(long highA, long lowA, long highB, long lowB) {
        int first = Long.compareUnsigned(highA, highB);
        return first != 0 ? first : Long.compareUnsigned(lowA, lowB);
    }
}
