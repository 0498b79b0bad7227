// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.file.internal;

import java.util.ArrayList;
import java.util.List;

/** Where every 1024th record begins, so that a replay of the newest records need not read the whole file. Not thread-safe. */
final class Index {

    private static final int STRIDE = 1024;

    /** Place behind a record: its sequence, its hash, and the offset where the next one begins. */
    record Mark(long sequence, byte[] hash, long next) {}

    private final List<Mark> marks = new ArrayList<>();

    Index(Mark base) {
        marks.add(base);
    }

    void passed(long sequence, byte[] hash, long next) {
        if (sequence - marks.get(marks.size() - 1).sequence() >= STRIDE) {
            marks.add(new Mark(sequence, hash, next));
        }
    }

    /** The last mark before a record. */
    Mark before(long sequence) {
        int low = 0;
        int high = marks.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (marks.get(middle).sequence() < sequence) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return marks.get(low);
    }

    Mark base() {
        return marks.get(0);
    }
}
