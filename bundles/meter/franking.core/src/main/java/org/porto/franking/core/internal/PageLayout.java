// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import java.math.BigDecimal;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.PaymentSource;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.SignedIndicium;
import org.porto.print.spi.PrintPage;
import org.porto.register.api.RegisterRecord;

/**
 * An envelope of format DL (220 x 110 mm, ISO 269) with the indicium at its upper right: advertisement, town circle, value box,
 * Data Matrix. All lengths in micrometres.
 */
final class PageLayout {

    static final int WIDTH = 220_000;
    static final int HEIGHT = 110_000;
    static final int MODULE = 500;
    /** Of white around the symbol; ISO/IEC 16022 wants one module. */
    static final int QUIET = 2_000;

    private static final int MARGIN = 10_000;
    private static final int CIRCLE_RADIUS = 11_500;
    private static final int BOX_WIDTH = 31_000;
    private static final int BOX_HEIGHT = 14_000;
    private static final int LINE = 300;
    private static final int SMALL = 2_500;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("dd MMM uuuu", Locale.ENGLISH);

    private final String town;
    private final String advert;

    PageLayout(String town, String advert) {
        this.town = town;
        this.advert = advert;
    }

    PrintPage page(FrankRequest request, RegisterRecord debit, SignedIndicium signed) {
        IndiciumData data = signed.data();
        List<PrintPage.Element> elements = new ArrayList<>();
        int side = signed.symbolSize() * MODULE;
        int symbolLeft = WIDTH - MARGIN - QUIET - side;
        int symbolTop = MARGIN + QUIET;
        elements.add(new PrintPage.Symbol(symbolLeft, symbolTop, MODULE, signed.symbolSize(), signed.modules()));
        int boxLeft = symbolLeft - QUIET - BOX_WIDTH;
        valueBox(elements, boxLeft, symbolTop, data);
        below(elements, boxLeft, symbolTop + BOX_HEIGHT, data, request.source());
        int circleX = boxLeft - QUIET - CIRCLE_RADIUS;
        int circleY = symbolTop + CIRCLE_RADIUS;
        townCircle(elements, circleX, circleY, data);
        int advertLeft = circleX - CIRCLE_RADIUS - 2_000 - HelveticaWidths.of(advert, 3_500, true);
        if (!advert.isEmpty()) {
            elements.add(new PrintPage.Text(Math.max(MARGIN, advertLeft), circleY + 1_200, 3_500, true, latin(advert)));
        }
        recipient(elements, request.recipient());
        // Unique for ever: the piece count never repeats on one meter, and the id tells meters with one serial apart.
        String job = String.format(
                Locale.ROOT,
                "%s-%010d-%s",
                data.device().value(),
                data.pieceCount(),
                debit.transaction().value());
        return new PrintPage(job, "Indicium " + data.device() + " " + data.pieceCount(), WIDTH, HEIGHT, elements);
    }

    private static void valueBox(List<PrintPage.Element> to, int left, int top, IndiciumData data) {
        frame(to, left, top, BOX_WIDTH, BOX_HEIGHT, LINE * 2);
        to.add(centred("POSTAGE PAID", left + BOX_WIDTH / 2, top + 4_000, SMALL, BOX_WIDTH - 2_000, false));
        String value = data.value().currency().getCurrencyCode() + " " + shown(data.value().mils());
        to.add(centred(value, left + BOX_WIDTH / 2, top + 10_800, 5_200, BOX_WIDTH - 2_500, true));
    }

    private static void below(
            List<PrintPage.Element> to, int left, int top, IndiciumData data, PaymentSource source) {
        to.add(new PrintPage.Text(left, top + 3_600, SMALL, true, shown(data.rate())));
        to.add(new PrintPage.Text(left, top + 6_800, SMALL, false, "Meter " + data.device()));
        to.add(new PrintPage.Text(
                left,
                top + 10_000,
                SMALL,
                false,
                "Piece " + data.pieceCount() + (source == PaymentSource.CARD ? "  C" : "")));
    }

    private void townCircle(List<PrintPage.Element> to, int x, int y, IndiciumData data) {
        to.add(new PrintPage.Circle(x, y, CIRCLE_RADIUS, LINE * 2));
        to.add(new PrintPage.Circle(x, y, CIRCLE_RADIUS - 1_000, LINE));
        if (!town.isEmpty()) {
            to.add(centred(town.toUpperCase(Locale.ROOT), x, y - 4_000, 3_000, 14_500, true));
        }
        int bar = 2 * CIRCLE_RADIUS - 2_600;
        to.add(new PrintPage.Box(x - bar / 2, y - 2_900, bar, LINE));
        to.add(centred(DATE.format(data.date()).toUpperCase(Locale.ROOT), x, y + 1_150, 3_200, 19_000, true));
        to.add(new PrintPage.Box(x - bar / 2, y + 2_600, bar, LINE));
        to.add(centred("PORTO", x, y + 6_600, 2_800, 14_000, false));
    }

    /** Commas break lines, as in an address written in one line. */
    private static void recipient(List<PrintPage.Element> to, String recipient) {
        int y = 68_000;
        for (String line : recipient.split(",\\s*", 6)) {
            if (!line.isBlank()) {
                to.add(new PrintPage.Text(85_000, y, 4_500, false, latin(line.strip())));
                y += 6_000;
            }
        }
    }

    private static void frame(List<PrintPage.Element> to, int left, int top, int width, int height, int line) {
        to.add(new PrintPage.Box(left, top, width, line));
        to.add(new PrintPage.Box(left, top + height - line, width, line));
        to.add(new PrintPage.Box(left, top, line, height));
        to.add(new PrintPage.Box(left + width - line, top, line, height));
    }

    private static PrintPage.Text centred(String text, int x, int y, int size, int widthMax, boolean bold) {
        String plain = latin(text);
        int width = HelveticaWidths.of(plain, size, bold);
        int fitted = width <= widthMax ? size : (int) ((long) size * widthMax / width);
        return new PrintPage.Text(x - HelveticaWidths.of(plain, fitted, bold) / 2, y, fitted, bold, plain);
    }

    /** Two decimals, or three where there are tenths of a cent. */
    private static String shown(long mils) {
        BigDecimal value = BigDecimal.valueOf(mils, 3);
        return (mils % 10 == 0 ? value.setScale(2) : value).toPlainString();
    }

    private static String latin(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.chars().forEach(c -> plain.append(c >= ' ' && c <= '~' || c >= 0xA0 && c <= 0xFF ? (char) c : '?'));
        return plain.toString();
    }

    /** The column between circle and symbol holds twenty letters; the symbol carries the whole class. */
    private static String shown(String rate) {
        String upper = rate.toUpperCase(Locale.ROOT);
        return upper.length() <= 20 ? upper : upper.substring(0, 19) + ".";
    }
}
