// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.porto.print.spi.PrintPage;

/** The town circle: two rings, the town's name along the upper arc, the product's along the lower, the date between two bars. */
final class TownMark {

    static final int RADIUS = 13_000;

    private static final int INNER = 8_600;
    private static final int LINE = 300;
    private static final int TEXT = 3_000;
    /** Base lines of the arcs, so that capitals stand in the middle of the ring. */
    private static final int UPPER_BASE = 9_750;
    private static final int LOWER_BASE = 11_850;
    private static final double ARC_MAX_DEGREES = 200;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("dd MMM", Locale.ENGLISH);

    private final String town;

    TownMark(String town) {
        this.town = town.toUpperCase(Locale.ROOT);
    }

    void draw(List<PrintPage.Element> to, int x, int y, LocalDate date) {
        to.add(new PrintPage.Circle(x, y, RADIUS - LINE, LINE * 2));
        to.add(new PrintPage.Circle(x, y, INNER, LINE));
        arc(to, town, x, y, true);
        arc(to, "PORTO", x, y, false);
        int bar = 2 * (int) Math.sqrt((double) INNER * INNER - 3_100.0 * 3_100.0) - 400;
        to.add(new PrintPage.Box(x - bar / 2, y - 3_100, bar, LINE));
        to.add(PageLayout.centred(DAY.format(date).toUpperCase(Locale.ROOT), x, y + 1_250, 3_700, bar - 1_000, true));
        to.add(new PrintPage.Box(x - bar / 2, y + 2_800, bar, LINE));
        to.add(PageLayout.centred(Integer.toString(date.getYear()), x, y + 6_500, 3_000, 10_000, true));
        to.add(PageLayout.centred("*", x, y - 4_000, 4_500, 10_000, true));
    }

    /** Letter by letter, each turned about the start of its base line. */
    private static void arc(List<PrintPage.Element> to, String text, int x, int y, boolean upper) {
        int base = upper ? UPPER_BASE : LOWER_BASE;
        double spaced = 1.12; // letters on an arc want air
        double wanted = Math.toDegrees(HelveticaWidths.of(text, TEXT, true) * spaced / base);
        int size = wanted <= ARC_MAX_DEGREES ? TEXT : (int) (TEXT * ARC_MAX_DEGREES / wanted);
        double angle = -Math.toDegrees(HelveticaWidths.of(text, size, true) * spaced / base) / 2;
        for (int i = 0; i < text.length(); i++) {
            String letter = text.substring(i, i + 1);
            double width = Math.toDegrees((double) HelveticaWidths.of(letter, size, true) / base);
            double gap = width * (spaced - 1) / 2;
            double at = Math.toRadians(angle + gap);
            int letterX = (int) Math.round(x + base * Math.sin(at));
            int letterY = (int) Math.round(y + base * Math.cos(at) * (upper ? -1 : 1));
            double middle = angle + gap + width / 2;
            if (!letter.isBlank()) {
                to.add(new PrintPage.Text(letterX, letterY, size, true, letter, upper ? middle : -middle));
            }
            angle += width * spaced;
        }
    }
}
