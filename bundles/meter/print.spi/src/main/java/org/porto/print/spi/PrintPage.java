// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

import java.util.List;

/**
 * One indicium as vector drawing. Lengths in micrometres, origin at the upper left.
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

    /** A square symbol of modules; bit (row * size + column) set is black. */
    public record Symbol(int x, int y, int moduleMicrometres, int size, java.util.BitSet modules) implements Element {
        public Symbol {
            modules = (java.util.BitSet) modules.clone();
        }

        @Override
        public java.util.BitSet modules() {
            return (java.util.BitSet) modules.clone();
        }
    }

    /** One line of text, base line at y, Latin-1, sans-serif. */
    public record Text(int x, int y, int heightMicrometres, boolean bold, String text) implements Element {}

    /** A filled rectangle. */
    public record Box(int x, int y, int widthMicrometres, int heightMicrometres) implements Element {}

    /** A circle line. */
    public record Circle(int centreX, int centreY, int radiusMicrometres, int lineMicrometres) implements Element {}
}
