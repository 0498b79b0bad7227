// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.datamatrix.DataMatrixWriter;
import com.google.zxing.datamatrix.encoder.SymbolShapeHint;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.BitSet;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.PaymentSource;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.SignedIndicium;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.TransactionId;
import org.porto.print.render.internal.Renderer;
import org.porto.print.spi.Medium;
import org.porto.print.spi.PrintPage;
import org.porto.register.api.RegisterRecord;

/** Every layout stays on its paper, overlaps nothing and is read; with {@code -Dporto.previews=DIR} the pictures are kept to be looked at. */
public class PageLayoutTest {

    private static final Map<String, Optional<Medium>> MEDIA = Map.of(
            "envelope-dl", Optional.empty(),
            "envelope-dl-short-way", Optional.of(new Medium("iso_dl_110x220mm", 110_000, 220_000)),
            "envelope-c5", Optional.of(new Medium("iso_c5_162x229mm", 229_000, 162_000)),
            "sheet-a4", Optional.of(new Medium("iso_a4_210x297mm", 210_000, 297_000)),
            "label", Optional.of(new Medium("", 100_000, 50_000)),
            "label-narrow", Optional.of(new Medium("", 50_000, 100_000)),
            "label-small", Optional.of(new Medium("", 70_000, 30_000)));

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final byte[] record = new byte[115];

    private PageLayout layout() throws Exception {
        BufferedImage image = new BufferedImage(360, 140, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = image.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, 360, 140);
        pen.setColor(Color.BLACK);
        pen.setStroke(new BasicStroke(6));
        pen.drawRoundRect(4, 4, 350, 130, 30, 30);
        pen.drawOval(24, 30, 80, 80);
        pen.fillOval(46, 52, 36, 36);
        pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 40));
        for (int i = 0; i < 5; i++) {
            pen.fillRect(130 + i * 40, 100 - i * 14, 26, 10 + i * 14);
        }
        pen.dispose();
        Path file = folder.newFile().toPath();
        ImageIO.write(image, "png", file.toFile());
        return new PageLayout("PORTO CITY", "Paid before it is printed", Optional.of(AdvertImage.read(file)));
    }

    private SignedIndicium signed() {
        new java.util.Random(3).nextBytes(record);
        BitMatrix matrix = new DataMatrixWriter().encode(
                new String(record, StandardCharsets.ISO_8859_1), BarcodeFormat.DATA_MATRIX, 0, 0,
                Map.of(EncodeHintType.DATA_MATRIX_SHAPE, SymbolShapeHint.FORCE_SQUARE));
        BitSet modules = new BitSet();
        int side = matrix.getWidth();
        for (int i = 0; i < side * side; i++) {
            modules.set(i, matrix.get(i % side, i / side));
        }
        IndiciumData data = new IndiciumData(
                new DeviceId("PM000001"), 1234, 1, 1, Money.ofMils(1_200, Currency.getInstance("USD")), LocalDate.of(2026, 11, 22),
                "letter-priority");
        return new SignedIndicium("full-1", data, record, side, side, modules);
    }

    private PrintPage page(Optional<Medium> medium) throws Exception {
        FrankRequest request = new FrankRequest(
                new TransactionId("00".repeat(16)), Money.ofMils(1_200, Currency.getInstance("USD")), "letter-priority",
                "Ada Example, 12 Station Road, 10115 Berlin", PaymentSource.REGISTERS, "", "");
        return layout().page(request, debit(), signed(), medium);
    }

    private static RegisterRecord debit() throws Exception {
        RecordComponent[] parts = RegisterRecord.class.getRecordComponents();
        Object[] values = new Object[parts.length];
        Class<?>[] types = new Class<?>[parts.length];
        for (int i = 0; i < parts.length; i++) {
            types[i] = parts[i].getType();
            values[i] = types[i] == TransactionId.class
                    ? new TransactionId("00".repeat(16))
                    : types[i] == long.class ? (Object) 1L : types[i] == int.class ? (Object) 1 : types[i] == byte[].class ? new byte[32]
                    : types[i] == String.class ? "" : null;
        }
        return RegisterRecord.class.getDeclaredConstructor(types).newInstance(values);
    }

    @Test
    public void everyLayoutIsReadByAnIndependentReader() throws Exception {
        assumeTrue(System.getProperty("porto.no.dmtx") == null);
        for (Map.Entry<String, Optional<Medium>> medium : MEDIA.entrySet()) {
            PrintPage page = page(medium.getValue());
            byte[] png = new Renderer().png(page, 300);
            String kept = System.getProperty("porto.previews");
            if (kept != null) {
                Files.write(Path.of(kept).resolve(medium.getKey() + ".png"), png);
            }
            Path file = Files.write(folder.newFile().toPath(), png);
            Process reader = new ProcessBuilder("dmtxread", "-N1", file.toString()).start();
            assertArrayEquals(medium.getKey(), record, reader.getInputStream().readAllBytes());
        }
    }

    @Test
    public void everyLayoutHasTheSizeOfItsPaperAndStaysOnIt() throws Exception {
        for (Map.Entry<String, Optional<Medium>> medium : MEDIA.entrySet()) {
            PrintPage page = page(medium.getValue());
            medium.getValue().ifPresent(m -> {
                assertEquals(medium.getKey(), m.widthMicrometres(), page.widthMicrometres());
                assertEquals(medium.getKey(), m.lengthMicrometres(), page.heightMicrometres());
            });
            for (PrintPage.Element element : page.elements()) {
                int[] box = box(element);
                String where = medium.getKey() + ": " + element.getClass().getSimpleName() + " " + java.util.Arrays.toString(box);
                assertTrue(where, box[0] >= 0 && box[1] >= 0 && box[2] <= page.widthMicrometres() && box[3] <= page.heightMicrometres());
            }
        }
    }

    /** Nothing comes closer to the symbol than its quiet zone. */
    @Test
    public void theQuietZoneIsWhite() throws Exception {
        for (Map.Entry<String, Optional<Medium>> medium : MEDIA.entrySet()) {
            List<PrintPage.Element> elements = page(medium.getValue()).elements();
            int[] symbol = box(elements.get(0));
            for (PrintPage.Element element : elements.subList(1, elements.size())) {
                int[] box = box(element);
                boolean apart = box[2] <= symbol[0] - 500 || box[0] >= symbol[2] + 500 || box[3] <= symbol[1] - 500 || box[1] >= symbol[3] + 500;
                assertTrue(medium.getKey() + ": " + element, apart);
            }
        }
    }

    private static int[] box(PrintPage.Element element) {
        if (element instanceof PrintPage.Symbol s) {
            return new int[] {s.x(), s.y(), s.x() + s.columns() * s.moduleMicrometres(), s.y() + s.rows() * s.moduleMicrometres()};
        }
        if (element instanceof PrintPage.Picture p) {
            return new int[] {p.x(), p.y(), p.x() + p.widthMicrometres(), p.y() + p.heightMicrometres()};
        }
        if (element instanceof PrintPage.Box b) {
            return new int[] {b.x(), b.y(), b.x() + b.widthMicrometres(), b.y() + b.heightMicrometres()};
        }
        if (element instanceof PrintPage.Circle c) {
            int r = c.radiusMicrometres() + c.lineMicrometres();
            return new int[] {c.centreX() - r, c.centreY() - r, c.centreX() + r, c.centreY() + r};
        }
        PrintPage.Text t = (PrintPage.Text) element;
        int width = HelveticaWidths.of(t.text(), t.heightMicrometres(), t.bold());
        double angle = Math.toRadians(t.degrees());
        int endX = (int) (t.x() + width * Math.cos(angle));
        int endY = (int) (t.y() + width * Math.sin(angle));
        return new int[] {Math.min(t.x(), endX), Math.min(t.y(), endY), Math.max(t.x(), endX), Math.max(t.y(), endY)};
    }
}
