// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.PaymentSource;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.SignedIndicium;
import org.porto.print.spi.Medium;
import org.porto.print.spi.PrintPage;
import org.porto.register.api.RegisterRecord;

/**
 * Lays an indicium out for what is loaded: an envelope (DL, 220 x 110 mm, ISO 269, where nothing is known), a sheet, or a label. The
 * indicium stands at the upper right: advertisement, town mark, value, Data Matrix. All lengths in micrometres.
 */
final class PageLayout {

    static final int WIDTH = 220_000;
    static final int HEIGHT = 110_000;
    static final int MODULE = 500;
    /** Of white around the symbol; ISO/IEC 16022 wants one module. */
    static final int QUIET = 2_000;

    /** Below this height there is no room for an address: it is a label. */
    private static final int ADDRESS_HEIGHT_MIN = 90_000;
    private static final int ADDRESS_WIDTH_MIN = 150_000;
    private static final int MARGIN = 10_000;
    private static final int LABEL_MARGIN = 3_000;
    private static final int BOX_WIDTH = 32_000;
    private static final int BOX_HEIGHT = 12_500;
    private static final int LINE = 300;
    private static final int SMALL = 2_500;
    private static final int ADVERT_GAP = 4_000;

    private final TownMark townMark;
    private final String advert;
    private final Optional<AdvertImage> picture;

    PageLayout(String town, String advert) {
        this(town, advert, Optional.empty());
    }

    PageLayout(String town, String advert, Optional<AdvertImage> picture) {
        this.townMark = new TownMark(latin(town));
        this.advert = latin(advert);
        this.picture = picture;
    }

    PrintPage page(FrankRequest request, RegisterRecord debit, SignedIndicium signed) {
        return page(request, debit, signed, Optional.empty());
    }

    /** @param loaded what the page goes on; a drawing that is wider than that is turned */
    PrintPage page(FrankRequest request, RegisterRecord debit, SignedIndicium signed, Optional<Medium> loaded) {
        int width = loaded.map(m -> Math.max(m.widthMicrometres(), m.lengthMicrometres())).orElse(WIDTH);
        int height = loaded.map(m -> Math.min(m.widthMicrometres(), m.lengthMicrometres())).orElse(HEIGHT);
        boolean upright = false;
        if (loaded.isPresent() && loaded.get().widthMicrometres() < loaded.get().lengthMicrometres()
                && loaded.get().widthMicrometres() >= 200_000) {
            upright = true; // a sheet of letter paper: as it lies, not turned
            width = loaded.get().widthMicrometres();
            height = loaded.get().lengthMicrometres();
        }
        List<PrintPage.Element> elements = draw(width, height, request, signed);
        // Unique for ever: the piece count never repeats on one meter, and the id tells meters with one serial apart.
        IndiciumData data = signed.data();
        String job = String.format(
                Locale.ROOT,
                "%s-%010d-%s",
                data.device().value(),
                data.pieceCount(),
                debit.transaction().value());
        PrintPage page = new PrintPage(job, "Indicium " + data.device() + " " + data.pieceCount(), width, height, elements);
        boolean turn = !upright && loaded.isPresent() && loaded.get().widthMicrometres() < width;
        return turn ? QuarterTurn.of(page) : page;
    }

    private List<PrintPage.Element> draw(int width, int height, FrankRequest request, SignedIndicium signed) {
        boolean label = height < ADDRESS_HEIGHT_MIN || width < ADDRESS_WIDTH_MIN;
        int margin = label ? LABEL_MARGIN : MARGIN;
        List<PrintPage.Element> elements = new ArrayList<>();
        IndiciumData data = signed.data();
        int symbolLeft = width - margin - QUIET - signed.columns() * MODULE;
        int tall = Math.max(2 * TownMark.RADIUS, signed.rows() * MODULE);
        int symbolTop = label ? Math.max(margin + QUIET, (height - tall) / 2) : margin + QUIET;
        elements.add(new PrintPage.Symbol(symbolLeft, symbolTop, MODULE, signed.columns(), signed.rows(), signed.modules()));
        int boxLeft = symbolLeft - QUIET - BOX_WIDTH;
        valueBox(elements, boxLeft, symbolTop, data);
        below(elements, boxLeft, symbolTop + BOX_HEIGHT, data, request.source());
        int circleX = boxLeft - QUIET - TownMark.RADIUS;
        int circleY = symbolTop + TownMark.RADIUS;
        if (circleX - TownMark.RADIUS >= margin) {
            townMark.draw(elements, circleX, circleY, data.date());
            advert(elements, margin, circleX - TownMark.RADIUS - ADVERT_GAP, symbolTop);
        }
        if (!label) {
            recipient(elements, request.recipient(), Math.max(MARGIN, Math.min(width - 125_000, 100_000)), 68_000);
        }
        return elements;
    }

    private static void valueBox(List<PrintPage.Element> to, int left, int top, IndiciumData data) {
        frame(to, left, top, BOX_WIDTH, BOX_HEIGHT, LINE * 2);
        to.add(centred("POSTAGE PAID", left + BOX_WIDTH / 2, top + 3_600, 2_300, BOX_WIDTH - 2_000, false));
        String value = data.value().currency().getCurrencyCode() + " " + shown(data.value().mils());
        to.add(centred(value, left + BOX_WIDTH / 2, top + 10_000, 5_600, BOX_WIDTH - 2_500, true));
    }

    private static void below(
            List<PrintPage.Element> to, int left, int top, IndiciumData data, PaymentSource source) {
        to.add(new PrintPage.Text(left, top + 3_900, 2_900, true, shown(data.rate())));
        to.add(new PrintPage.Text(left, top + 7_300, SMALL, false, "Meter " + data.device()));
        String piece = String.format(Locale.ROOT, "No %08d", data.pieceCount()) + (source == PaymentSource.CARD ? "  C" : "");
        to.add(new PrintPage.Text(left, top + 10_500, SMALL, false, piece));
    }

    /** The slot left of the town mark: the picture, and the line below it or alone. */
    private void advert(List<PrintPage.Element> to, int left, int right, int top) {
        int under = top + 12_500;
        int edge = right;
        if (picture.isPresent() && right - left >= AdvertImage.WIDTH_MAX / 2) {
            PrintPage.Picture drawn = picture.get().at(right, top, Math.min(AdvertImage.WIDTH_MAX, right - left));
            to.add(drawn);
            under = top + drawn.heightMicrometres() + 4_000;
        }
        if (!advert.isEmpty() && edge - left > 20_000) {
            int natural = HelveticaWidths.of(advert, 3_400, true);
            int size = natural <= edge - left ? 3_400 : (int) (3_400L * (edge - left) / natural);
            if (size >= 1_800) {
                to.add(new PrintPage.Text(edge - HelveticaWidths.of(advert, size, true), under, size, true, advert));
            }
        }
    }

    /** Commas break lines, as in an address written in one line. */
    private static void recipient(List<PrintPage.Element> to, String recipient, int left, int top) {
        int y = top;
        for (String line : recipient.split(",\\s*", 6)) {
            if (!line.isBlank()) {
                to.add(new PrintPage.Text(left, y, 4_500, false, latin(line.strip())));
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

    static PrintPage.Text centred(String text, int x, int y, int size, int widthMax, boolean bold) {
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

    static String latin(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.chars().forEach(c -> plain.append(c >= ' ' && c <= '~' || c >= 0xA0 && c <= 0xFF ? (char) c : '?'));
        return plain.toString();
    }

    /** The column between town mark and symbol holds eighteen letters; the symbol carries the whole class. */
    private static String shown(String rate) {
        String upper = rate.toUpperCase(Locale.ROOT);
        return upper.length() <= 18 ? upper : upper.substring(0, 17) + ".";
    }
}
