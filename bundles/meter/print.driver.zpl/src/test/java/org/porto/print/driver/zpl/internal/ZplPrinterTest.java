// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.zpl.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.datamatrix.DataMatrixWriter;
import com.google.zxing.datamatrix.encoder.SymbolShapeHint;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.print.jobs.internal.JournalledJobs;
import org.porto.print.render.internal.Renderer;
import org.porto.print.spi.Medium;
import org.porto.print.spi.MediumException;
import org.porto.print.spi.PrintException;
import org.porto.print.spi.PrintException.Printed;
import org.porto.print.spi.PrintPage;
import org.porto.print.spi.PrinterDriver;
import org.porto.print.spi.PrinterException;
import org.porto.testkit.journal.MemoryJournals;
import org.porto.testkit.print.PrinterDriverContract;

public class ZplPrinterTest extends PrinterDriverContract {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final byte[] record = new byte[120];
    private LabelSink sink;
    private JournalledJobs memory;
    private ZplPrinter driver;

    @Before
    public void start() throws Exception {
        new java.util.Random(7).nextBytes(record);
        sink = new LabelSink();
        memory = new JournalledJobs(folder.getRoot().toPath(), new MemoryJournals(java.time.Instant::now));
        driver = printer(203, "host");
    }

    @After
    public void stop() throws Exception {
        sink.close();
    }

    private ZplPrinter printer(int dpi, String status) throws Exception {
        return new ZplPrinter(
                "front", "127.0.0.1", sink.port(), dpi, new Medium("", 100_000, 50_000), status, Duration.ofSeconds(5),
                new Renderer(), memory);
    }

    @Override
    protected PrinterDriver driver() {
        return driver;
    }

    @Override
    protected int sheetsPrinted() {
        return sink.formats.size();
    }

    @Override
    protected PrinterDriver restarted() {
        try {
            return printer(203, "host");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private PrintPage page(String job) {
        BitMatrix matrix = new DataMatrixWriter().encode(
                new String(record, StandardCharsets.ISO_8859_1), BarcodeFormat.DATA_MATRIX, 0, 0,
                Map.of(EncodeHintType.DATA_MATRIX_SHAPE, SymbolShapeHint.FORCE_SQUARE));
        BitSet modules = new BitSet();
        for (int i = 0; i < matrix.getWidth() * matrix.getWidth(); i++) {
            modules.set(i, matrix.get(i % matrix.getWidth(), i / matrix.getWidth()));
        }
        return new PrintPage(job, "label", 100_000, 50_000, List.of(
                new PrintPage.Symbol(70_000, 5_000, 500, matrix.getWidth(), modules),
                new PrintPage.Text(5_000, 20_000, 5_000, true, "USD 1.20"),
                new PrintPage.Circle(30_000, 35_000, 10_000, 400)));
    }

    /** The label is decoded by the test's own decoder and read by an independent reader, at every resolution. */
    @Test
    public void dmtxreadReadsTheLabel() throws Exception {
        assumeTrue(System.getProperty("porto.no.dmtx") == null);
        for (int dpi : new int[] {203, 300, 600}) {
            printer(dpi, "host").print(page("J-" + dpi));
            File png = folder.newFile("label-" + dpi + ".png");
            ImageIO.write(LabelSink.picture(sink.formats.get(sink.formats.size() - 1)), "png", png);
            Process reader = new ProcessBuilder("dmtxread", "-N1", png.toString()).start();
            assertArrayEquals("at " + dpi, record, reader.getInputStream().readAllBytes());
            assertEquals(0, reader.waitFor());
        }
    }

    @Test
    public void graphicIsWhatTheRendererDrew() throws Exception {
        PrintPage page = page("J");
        var drawn = new Renderer().bitmap(page, 203);
        var decoded = LabelSink.picture(new String(ZplLabel.of(drawn), StandardCharsets.US_ASCII));
        int black = 0;
        for (int y = 0; y < drawn.height(); y++) {
            for (int x = 0; x < drawn.width(); x++) {
                boolean dot = (drawn.dots()[y * drawn.rowBytes() + x / 8] & 0x80 >> x % 8) != 0;
                assertEquals(dot, (decoded.getRGB(x + 20, y + 20) & 0xFF) == 0);
                black += dot ? 1 : 0;
            }
        }
        assertTrue("something is drawn: " + black, black > 5000);
    }

    @Test
    public void paperOutBeforehandIsTheMediumAndNotPrinted() throws Exception {
        sink.paperOut = true;
        assertEquals(List.of("media-empty-error"), driver.stateReasons());
        assertEquals(Printed.NO, assertThrows(MediumException.class, () -> driver.print(page("A"))).printed());
        assertEquals(0, sink.formats.size());
        sink.paperOut = false;
        driver.print(page("A"));
        assertEquals(1, sink.formats.size());
    }

    @Test
    public void headUpIsTheDevice() throws Exception {
        sink.headUp = true;
        assertEquals(List.of("cover-open-error"), driver.stateReasons());
        assertEquals(Printed.NO, assertThrows(PrinterException.class, () -> driver.print(page("A"))).printed());
    }

    @Test
    public void paperOutUnderTheLabelIsUncertainAndNeverSentAgain() throws Exception {
        sink.paperOutAfterFormat = true;
        assertEquals(Printed.UNKNOWN, assertThrows(MediumException.class, () -> driver.print(page("A"))).printed());
        for (int i = 0; i < 10_000 && sink.cancels == 0; i++) {
            LockSupport.parkNanos(1_000_000); // the driver does not wait for what the printer makes of it
        }
        assertEquals(1, sink.cancels);
        sink.paperOut = false;
        assertUncertainForEver("A");
    }

    @Test
    public void connectionLostUnderTheLabelIsUncertainAndNeverSentAgain() throws Exception {
        sink.hangUpAfterFormat = true;
        assertEquals(Printed.UNKNOWN, assertThrows(PrinterException.class, () -> driver.print(page("A"))).printed());
        sink.hangUpAfterFormat = false;
        assertUncertainForEver("A");
    }

    private void assertUncertainForEver(String job) {
        int before = sink.formats.size();
        PrintException again = assertThrows(PrinterException.class, () -> driver.print(page(job)));
        assertEquals(Printed.UNKNOWN, again.printed());
        assertEquals(before, sink.formats.size());
    }

    @Test
    public void muteOrAbsentPrinterIsNotPrinted() throws Exception {
        sink.mute = true;
        assertEquals(Printed.NO, assertThrows(PrinterException.class, () -> driver.print(page("A"))).printed());
        sink.mute = false;
        sink.close();
        assertEquals(Printed.NO, assertThrows(PrinterException.class, () -> driver.print(page("A"))).printed());
        assertThrows(PrinterException.class, driver::stateReasons);
    }

    @Test
    public void printerThatCannotBeAskedPrints() throws Exception {
        sink.mute = true;
        assertEquals(1, printer(203, "none").print(page("A")).size());
        assertEquals(1, sink.formats.size());
    }

    @Test
    public void pageLargerThanTheLabelIsRefused() {
        PrintPage wide = new PrintPage("W", "wide", 220_000, 50_000, List.of());
        assertEquals(Printed.NO, assertThrows(PrinterException.class, () -> driver.print(wide)).printed());
    }
}
