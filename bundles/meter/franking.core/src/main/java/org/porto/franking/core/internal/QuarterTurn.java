// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import java.util.BitSet;
import java.util.List;
import org.porto.print.spi.PrintPage;

/** Turns a page clockwise by a quarter, for envelopes and labels that go through the printer the short way first. */
final class QuarterTurn {

    private QuarterTurn() {}

    static PrintPage of(PrintPage page) {
        int height = page.heightMicrometres();
        List<PrintPage.Element> turned = page.elements().stream().map(e -> turned(e, height)).toList();
        return new PrintPage(page.jobId(), page.title(), height, page.widthMicrometres(), turned);
    }

    private static PrintPage.Element turned(PrintPage.Element element, int height) {
        if (element instanceof PrintPage.Symbol s) {
            int down = s.rows() * s.moduleMicrometres();
            return new PrintPage.Symbol(
                    height - s.y() - down, s.x(), s.moduleMicrometres(), s.rows(), s.columns(), turned(s.modules(), s.columns(), s.rows()));
        }
        if (element instanceof PrintPage.Picture p) {
            return new PrintPage.Picture(
                    height - p.y() - p.heightMicrometres(), p.x(), p.heightMicrometres(), p.widthMicrometres(),
                    p.rows(), p.columns(), turned(p.dots(), p.columns(), p.rows()));
        }
        if (element instanceof PrintPage.Text t) {
            return new PrintPage.Text(height - t.y(), t.x(), t.heightMicrometres(), t.bold(), t.text(), t.degrees() + 90);
        }
        if (element instanceof PrintPage.Box b) {
            return new PrintPage.Box(height - b.y() - b.heightMicrometres(), b.x(), b.heightMicrometres(), b.widthMicrometres());
        }
        PrintPage.Circle c = (PrintPage.Circle) element;
        return new PrintPage.Circle(height - c.centreY(), c.centreX(), c.radiusMicrometres(), c.lineMicrometres());
    }

    /** What was the left column, from the bottom up, becomes the upper row. */
    private static BitSet turned(BitSet bits, int columns, int rows) {
        BitSet out = new BitSet(columns * rows);
        for (int bit = bits.nextSetBit(0); bit >= 0 && bit < columns * rows; bit = bits.nextSetBit(bit + 1)) {
            out.set(bit % columns * rows + rows - 1 - bit / columns);
        }
        return out;
    }
}
