// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.ArrayList;
import java.util.List;

/** Segments whose ids are in one file: one of them, eight, or 64. */
record IdRange(long first, long last) {

    /** Files that become one. */
    static final int FANOUT = 8;

    private static final int[] SIZES = {64, 8, 1};
    static final int SIZE_MAX = SIZES[0];

    /** The fewest that hold so many segments. */
    static List<IdRange> of(long segments) {
        List<IdRange> ranges = new ArrayList<>();
        long next = 1;
        for (int size : SIZES) {
            while (next + size - 1 <= segments) {
                ranges.add(new IdRange(next, next + size - 1));
                next += size;
            }
        }
        return ranges;
    }

    static IdRange of(IdFile file) {
        return new IdRange(file.first, file.last);
    }

    long size() {
        return last - first + 1;
    }

    /** What it is merged from; nothing for a single segment's. */
    List<IdRange> parts() {
        List<IdRange> parts = new ArrayList<>();
        long size = size() / FANOUT;
        for (long at = first; at <= last && size > 0; at += size) {
            parts.add(new IdRange(at, at + size - 1));
        }
        return parts;
    }

    String name() {
        return "ids-" + first + "-" + last;
    }
}
