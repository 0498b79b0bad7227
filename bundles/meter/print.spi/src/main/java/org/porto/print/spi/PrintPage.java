// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

import java.util.BitSet;
import java.util.List;

/**
 * One indicium as vector drawing. Lengths in micrometres, origin at the upper left, y downwards. A driver that does not know how
 * to draw hands it to a {@link PageRenderer}; one that draws itself must refuse an element it does not know.
 *
 * @param jobId unique for ever, {@code [A-Za-z0-9-]+}: the same id is never printed twice (rule F1)
 * @param title for people and file properties
 */
public record PrintPage(String jobId, String title, int widthMicrometres, int heightMicrometres, List<Element> elements) {

    public PrintPage {
        elements = List.copyOf(elements);
    }

    /** Something to draw, black on white. */
    public sealed interface Element {}

    /** A symbol of square modules; bit (row * columns + column) set is black. */
    public record Symbol(int x, int y, int moduleMicrometres, int columns, int rows, BitSet modules) implements Element {
        public Symbol {
            modules = (BitSet) modules.clone();
        }

        /** A square one. */
        public Symbol(int x, int y, int moduleMicrometres, int size, BitSet modules) {
            this(x, y, moduleMicrometres, size, size, modules);
        }

        @Override
        public BitSet modules() {
            return (BitSet) modules.clone();
        }
    }

    /**
     * One line of text, base line starting at (x, y), Latin-1, sans-serif.
     *
     * @param degrees turned clockwise about the start of its base line
     */
    public record Text(int x, int y, int heightMicrometres, boolean bold, String text, double degrees) implements Element {
        public Text(int x, int y, int heightMicrometres, boolean bold, String text) {
            this(x, y, heightMicrometres, bold, text, 0);
        }
    }

    /** A filled rectangle. */
    public record Box(int x, int y, int widthMicrometres, int heightMicrometres) implements Element {}

    /** A circle line. */
    public record Circle(int centreX, int centreY, int radiusMicrometres, int lineMicrometres) implements Element {}

    /** A picture of black dots, stretched to its place; bit (row * columns + column) set is black. For pictures, not for symbols. */
    public record Picture(int x, int y, int widthMicrometres, int heightMicrometres, int columns, int rows, BitSet dots)
            implements Element {
        public Picture {
            dots = (BitSet) dots.clone();
        }

        @Override
        public BitSet dots() {
            return (BitSet) dots.clone();
        }
    }
}
