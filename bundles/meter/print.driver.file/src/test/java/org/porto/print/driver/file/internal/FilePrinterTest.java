// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.file.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.junit.Assert.fail;
import static org.junit.Assume.assumeTrue;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.EncodeHintType;
import com.google.zxing.PlanarYUVLuminanceSource;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.datamatrix.DataMatrixReader;
import com.google.zxing.datamatrix.DataMatrixWriter;
import com.google.zxing.datamatrix.encoder.SymbolShapeHint;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.print.spi.PrintPage;
import org.porto.print.render.internal.Renderer;
import org.porto.print.spi.PrinterException;

public class FilePrinterTest {

    private static final int SYMBOL_X = 186_000;
    private static final int SYMBOL_Y = 12_000;
    private static final int MODULE = 500;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final byte[] record = record();

    @Test
    public void pngHoldsTheSymbol() throws Exception {
        List<String> outputs = new FilePrinter(folder.getRoot().toPath(), 300, new Renderer()).print(page("JOB-1"));
        assertEquals(2, outputs.size());
        BufferedImage image = ImageIO.read(new File(outputs.get(1)));
        assertEquals(2598, image.getWidth());
        assertEquals(1299, image.getHeight());
        BufferedImage plain = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
        plain.getGraphics().drawImage(image, 0, 0, null);
        byte[] grey = ((DataBufferByte) plain.getRaster().getDataBuffer()).getData();
        int left = (int) Math.round(SYMBOL_X * 300 / 25400.0) - 20;
        int top = (int) Math.round(SYMBOL_Y * 300 / 25400.0) - 20;
        int side = symbol().getWidth() * 6 + 40;
        PlanarYUVLuminanceSource source = new PlanarYUVLuminanceSource(
                grey, image.getWidth(), image.getHeight(), left, top, side, side, false);
        String text = new DataMatrixReader()
                .decode(new BinaryBitmap(new GlobalHistogramBinarizer(source)), Map.of(DecodeHintType.PURE_BARCODE, true))
                .getText();
        assertArrayEquals(record, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** An independent reader, on the PDF drawn by an independent renderer. */
    @Test
    public void dmtxreadReadsBothFiles() throws Exception {
        if (System.getProperty("porto.no.dmtx") != null) {
            assumeTrue("switched off by porto.no.dmtx", false);
        }
        if (!onPath("dmtxread") || !onPath("pdftoppm")) {
            fail("dmtxread (dmtx-utils) and pdftoppm (poppler-utils) are not on the PATH; -Dporto.no.dmtx leaves this test out");
        }
        List<String> outputs = new FilePrinter(folder.getRoot().toPath(), 300, new Renderer()).print(page("JOB-2"));
        assertArrayEquals(record, run("dmtxread", "-N1", outputs.get(1)));
        String stem = folder.getRoot() + "/page";
        run("pdftoppm", "-r", "300", "-gray", "-png", "-singlefile", outputs.get(0), stem);
        assertArrayEquals(record, run("dmtxread", "-N1", stem + ".png"));
    }

    @Test
    public void repeatedJobPrintsNothingAndAnswersTheSame() throws Exception {
        Path directory = folder.getRoot().toPath();
        List<String> first = new FilePrinter(directory, 300, new Renderer()).print(page("JOB-3"));
        Map<String, Long> before = sizes(directory);
        Path pdf = Path.of(first.get(0));
        Files.setLastModifiedTime(pdf, java.nio.file.attribute.FileTime.fromMillis(0));
        assertEquals(first, new FilePrinter(directory, 300, new Renderer()).print(page("JOB-3")));
        assertEquals(0, Files.getLastModifiedTime(pdf).toMillis());
        assertEquals(before, sizes(directory));
        assertTrue("no parts are left", before.keySet().stream().noneMatch(n -> n.endsWith(".part")));
    }

    @Test
    public void jobCutOffBeforeItsPdfWasThereIsPrinted() throws Exception {
        Path directory = folder.getRoot().toPath();
        Files.write(directory.resolve("JOB-4.pdf.part"), new byte[10]);
        Files.write(directory.resolve("JOB-4.png"), new byte[10]);
        List<String> outputs = new FilePrinter(directory, 300, new Renderer()).print(page("JOB-4"));
        assertNotNull(ImageIO.read(new File(outputs.get(1))));
    }

    @Test
    public void withoutResolutionThereIsNoPng() throws Exception {
        assertEquals(1, new FilePrinter(folder.getRoot().toPath(), 0, new Renderer()).print(page("JOB-5")).size());
    }

    @Test
    public void jobIdCannotLeaveTheFolder() throws Exception {
        FilePrinter printer = new FilePrinter(folder.getRoot().toPath(), 0, new Renderer());
        for (String id : List.of("../x", "", "a/b", "a b")) {
            assertThrows(id, PrinterException.class, () -> printer.print(page(id)));
        }
    }

    @Test
    public void missingFolderIsReportedAndNothingIsPrinted() throws Exception {
        Path directory = folder.newFolder("gone").toPath();
        FilePrinter printer = new FilePrinter(directory, 300, new Renderer());
        Files.delete(directory);
        assertEquals(List.of("media-empty-error"), printer.stateReasons());
        PrinterException e = assertThrows(PrinterException.class, () -> printer.print(page("JOB-6")));
        assertEquals(org.porto.print.spi.PrintException.Printed.NO, e.printed());
    }

    @Test
    public void configurationIsChecked() {
        assertThrows(IllegalArgumentException.class, () -> new FilePrinter(Path.of("relative"), 300, new Renderer()));
        assertThrows(IllegalArgumentException.class, () -> new FilePrinter(folder.getRoot().toPath(), 50, new Renderer()));
    }

    private PrintPage page(String job) {
        BitMatrix matrix = symbol();
        int size = matrix.getWidth();
        BitSet modules = new BitSet();
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                modules.set(row * size + column, matrix.get(column, row));
            }
        }
        return new PrintPage(
                job,
                "Indicium",
                220_000,
                110_000,
                List.of(
                        new PrintPage.Symbol(SYMBOL_X, SYMBOL_Y, MODULE, size, modules),
                        new PrintPage.Text(20_000, 20_000, 4_000, true, "Text (with) \\ \u00e4\u20ac"),
                        new PrintPage.Box(20_000, 30_000, 10_000, 500),
                        new PrintPage.Circle(60_000, 40_000, 11_000, 300)));
    }

    private BitMatrix symbol() {
        return new DataMatrixWriter().encode(
                new String(record, StandardCharsets.ISO_8859_1),
                BarcodeFormat.DATA_MATRIX,
                0,
                0,
                Map.of(EncodeHintType.DATA_MATRIX_SHAPE, SymbolShapeHint.FORCE_SQUARE));
    }

    private static byte[] record() {
        byte[] bytes = new byte[117];
        new java.util.Random(5).nextBytes(bytes);
        return bytes;
    }

    private static Map<String, Long> sizes(Path directory) throws IOException {
        Map<String, Long> sizes = new java.util.TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                sizes.put(file.getFileName().toString(), Files.size(file));
            }
        }
        return sizes;
    }

    private static boolean onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(p -> Files.isExecutable(Path.of(p, program)));
    }

    private static byte[] run(String... command) throws Exception {
        List<String> words = new ArrayList<>(List.of(command));
        Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        byte[] output = process.getInputStream().readAllBytes();
        assertEquals(words.toString(), 0, process.waitFor());
        return output;
    }
}
