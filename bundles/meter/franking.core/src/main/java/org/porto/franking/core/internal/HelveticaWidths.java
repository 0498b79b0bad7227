// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

/** Advance widths of Helvetica in thousandths of the font size, ASCII from the space on (Adobe Core 14 metrics). */
final class HelveticaWidths {

    private static final int OTHER = 556;
    private static final double BOLD = 1.06;
    private static final int[] WIDTHS = {
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, //
        556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, //
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, //
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, //
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, //
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584
    };

    private HelveticaWidths() {}

    /** Width of a line in the unit of the font size. */
    static int of(String text, int size, boolean bold) {
        long thousandths = text.chars()
                .mapToLong(c -> c >= ' ' && c - ' ' < WIDTHS.length ? WIDTHS[c - ' '] : OTHER)
                .sum();
        return (int) Math.round(thousandths * (bold ? BOLD : 1.0) * size / 1000);
    }
}
