// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.ipp.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assume.assumeTrue;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.datamatrix.DataMatrixWriter;
import com.google.zxing.datamatrix.encoder.SymbolShapeHint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.print.jobs.internal.JournalledJobs;
import org.porto.print.render.internal.Renderer;
import org.porto.print.spi.MediumException;
import org.porto.print.spi.PrintException;
import org.porto.print.spi.PrintException.Printed;
import org.porto.print.spi.PrintPage;
import org.porto.print.spi.PrinterDriver;
import org.porto.print.spi.PrinterException;
import org.porto.testkit.journal.MemoryJournals;
import org.porto.testkit.print.PrinterDriverContract;

public class IppPrinterTest extends PrinterDriverContract {

    private static final String BOTH = "application/pdf,image/pwg-raster";
    private static final String DL_IN_BYPASS =
            "size1=iso_a4_210x297mm&type1=stationery&level1=1&size3=iso_dl_110x220mm&type3=envelope&level3=1";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final byte[] record = new byte[120];
    private EvePrinter printer;
    private Renderer renderer;
    private JournalledJobs memory;
    private IppPrinter driver;

    @Before
    public void start() throws Exception {
        assumeTrue(System.getProperty("porto.no.ipp") == null);
        new java.util.Random(11).nextBytes(record);
        renderer = new Renderer();
        memory = new JournalledJobs(folder.newFolder().toPath(), new MemoryJournals(java.time.Instant::now));
        begin("exit 0", BOTH);
    }

    private void begin(String command, String formats) throws Exception {
        stop();
        printer = new EvePrinter(folder.newFolder().toPath(), command, formats);
        driver = driver("", "auto", 20_000);
    }

    private IppPrinter driver(String tray, String format, int millis) {
        return new IppPrinter("front", printer.uri(), tray, format, 300, Duration.ofMillis(millis), renderer, memory);
    }

    @After
    public void stop() {
        if (printer != null) {
            printer.close();
        }
    }

    @Override
    protected PrinterDriver driver() {
        return driver;
    }

    @Override
    protected int sheetsPrinted() {
        return printer.sheets().size();
    }

    @Override
    protected PrinterDriver restarted() {
        return driver("", "auto", 20_000);
    }

    private PrintPage page(String job) {
        BitMatrix matrix = new DataMatrixWriter().encode(
                new String(record, StandardCharsets.ISO_8859_1), BarcodeFormat.DATA_MATRIX, 0, 0,
                Map.of(EncodeHintType.DATA_MATRIX_SHAPE, SymbolShapeHint.FORCE_SQUARE));
        BitSet modules = new BitSet();
        for (int i = 0; i < matrix.getWidth() * matrix.getWidth(); i++) {
            modules.set(i, matrix.get(i % matrix.getWidth(), i / matrix.getWidth()));
        }
        return new PrintPage(job, "page", 200_000, 100_000, List.of(
                new PrintPage.Symbol(150_000, 12_000, 500, matrix.getWidth(), modules),
                new PrintPage.Text(85_000, 60_000, 5_000, true, "USD 1.20")));
    }

    private byte[] read(Path picture) throws Exception {
        Process reader = new ProcessBuilder("dmtxread", "-N1", picture.toString()).start();
        byte[] found = reader.getInputStream().readAllBytes();
        assertEquals(0, reader.waitFor());
        return found;
    }

    @Test
    public void pdfIsPrintedAndReadAndIpptoolSeesTheJob() throws Exception {
        List<String> where = driver.print(page("JOB-1"));
        assertTrue(where.get(0), where.get(0).startsWith("ipp://"));
        Path sheet = printer.sheets().get(0);
        assertTrue(sheet.toString(), sheet.toString().endsWith(".pdf"));
        Path stem = folder.getRoot().toPath().resolve("page");
        assertEquals(0, new ProcessBuilder("pdftoppm", "-r", "300", "-gray", "-png", "-singlefile", sheet.toString(), stem.toString())
                .start().waitFor());
        assertArrayEquals(record, read(Path.of(stem + ".png")));
        Path test = folder.newFile("job-completed.test").toPath();
        Files.write(test, IppPrinterTest.class.getResourceAsStream("/job-completed.test").readAllBytes());
        printer.ipptool("-d", "jobname=JOB-1", printer.uri().toString(), test.toString());
    }

    @Test
    public void rasterIsPrintedAndReadWherePdfIsNotTaken() throws Exception {
        begin("exit 0", "image/pwg-raster");
        driver.print(page("JOB-2"));
        Path sheet = printer.sheets().get(0);
        assertTrue(sheet.toString(), sheet.toString().endsWith(".pwg"));
        Path png = folder.newFile("raster.png").toPath();
        ImageIO.write(PwgPicture.read(Files.readAllBytes(sheet)), "png", png.toFile());
        assertArrayEquals(record, read(png));
        assertEquals(Printed.NO, assertThrows(PrinterException.class, () -> driver("", "pdf", 5000).print(page("J"))).printed());
    }

    @Test
    public void busyPrinterIsTriedAgain() throws Exception {
        begin("sleep 1", BOTH);
        CompletableFuture<List<String>> first = CompletableFuture.supplyAsync(() -> {
            try {
                return driver("", "auto", 20_000).print(page("BUSY-1"));
            } catch (PrintException e) {
                throw new IllegalStateException(e);
            }
        });
        driver.print(page("BUSY-2"));
        assertFalse(first.get(1, TimeUnit.MINUTES).isEmpty());
        assertEquals(2, printer.sheets().size());
    }

    @Test
    public void printerBusyForTooLongHasNotPrintedAndMayBeAskedAgain() throws Exception {
        begin("sleep 4", BOTH);
        CompletableFuture<?> long4 = CompletableFuture.runAsync(() -> {
            try {
                driver("", "auto", 20_000).print(page("LONG"));
            } catch (PrintException e) {
                throw new IllegalStateException(e);
            }
        });
        while (printer.sheets().isEmpty()) {
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
        PrintException busy = assertThrows(PrinterException.class, () -> driver("", "auto", 1000).print(page("WAITS")));
        assertEquals(busy.getMessage(), Printed.NO, busy.printed());
        assertTrue(busy.getMessage(), busy.getMessage().contains("busy"));
        long4.get(1, TimeUnit.MINUTES);
        driver.print(page("WAITS"));
        assertEquals(2, printer.sheets().size());
    }

    @Test
    public void jobThatDoesNotEndIsCancelledAndUncertain() throws Exception {
        begin("sleep 5", BOTH);
        PrintException late = assertThrows(PrinterException.class, () -> driver("", "auto", 1000).print(page("LATE")));
        assertEquals(late.getMessage(), Printed.UNKNOWN, late.printed());
        assertEquals("nothing is sent again", 1, printer.sheets().size());
        assertThrows(PrintException.class, () -> driver("", "auto", 1000).print(page("LATE")));
        assertEquals(1, printer.sheets().size());
    }

    @Test
    public void abortedJobIsUncertain() throws Exception {
        begin("exit 1", BOTH);
        PrintException aborted = assertThrows(PrintException.class, () -> driver.print(page("ABORTED")));
        assertEquals(aborted.getMessage(), Printed.UNKNOWN, aborted.printed());
    }

    @Test
    public void jamIsTheMedium() throws Exception {
        begin("echo 'STATE: +media-jam-error' >&2; exit 1", BOTH);
        assertThrows(PrintException.class, () -> driver.print(page("JAM")));
        assertTrue(driver.stateReasons().toString(), driver.stateReasons().stream().anyMatch(r -> r.startsWith("media-jam")));
    }

    @Test
    public void traysAndTheirMediaAreSeen() throws Exception {
        printer.media(DL_IN_BYPASS);
        driver.stateReasons();
        assertEquals(210_000, driver.medium().orElseThrow().widthMicrometres());
        IppPrinter bypass = driver("by-pass-tray", "auto", 20_000);
        bypass.stateReasons();
        assertEquals("iso_dl_110x220mm", bypass.medium().orElseThrow().name());
        assertEquals(List.of("main", "by-pass-tray"), driver.trays().stream().map(t -> t.name()).toList());
        bypass.print(page("ENVELOPE"));
        PrintPage wide = new PrintPage("WIDE", "wide", 400_000, 100_000, List.of());
        assertEquals(Printed.NO, assertThrows(PrinterException.class, () -> bypass.print(wide)).printed());
        assertThrows(PrinterException.class, () -> driver("attic", "auto", 5000).print(page("ATTIC")));
        assertEquals(1, printer.sheets().size());
    }

    @Test
    public void printerThatIsOffHasNotPrinted() throws Exception {
        printer.close();
        assertThrows(PrinterException.class, driver::stateReasons);
        assertEquals(Printed.NO, assertThrows(PrinterException.class, () -> driver.print(page("OFF"))).printed());
    }

    @Test
    public void jobBegunBeforeACrashIsAskedForByItsName() throws Exception {
        driver.print(page("CRASH"));
        JournalledJobs forgot = new JournalledJobs(folder.newFolder().toPath(), new MemoryJournals(java.time.Instant::now));
        forgot.begun("ipp/front", "CRASH");
        forgot.begun("ipp/front", "NEVER-CAME");
        IppPrinter after = new IppPrinter(
                "front", printer.uri(), "", "auto", 300, Duration.ofSeconds(5), renderer, forgot);
        assertEquals(1, after.print(page("CRASH")).size());
        assertEquals(Printed.UNKNOWN, assertThrows(PrinterException.class, () -> after.print(page("NEVER-CAME"))).printed());
        assertEquals(1, printer.sheets().size());
    }
}
