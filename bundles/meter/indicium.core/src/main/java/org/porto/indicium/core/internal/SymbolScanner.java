// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.core.internal;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.ChecksumException;
import com.google.zxing.DecodeHintType;
import com.google.zxing.FormatException;
import com.google.zxing.LuminanceSource;
import com.google.zxing.NotFoundException;
import com.google.zxing.PlanarYUVLuminanceSource;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.datamatrix.DataMatrixReader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.porto.indicium.api.IndiciumCode;
import org.porto.model.api.RefusedException;

/**
 * Finds and reads the Data Matrix on a picture or a page. The reader beneath only looks in the middle of a picture, so square
 * dark patches are looked for first and each is read alone.
 */
final class SymbolScanner {

    static final long FILE_BYTES_MAX = 32L << 20;
    private static final long PIXELS_MAX = 64L << 20;
    private static final float PDF_DPI = 300;
    private static final int PAGES_MAX = 20;
    private static final int CANDIDATES_MAX = 64;
    private static final int SIDE_PIXELS_MIN = 20;

    private record Patch(int left, int top, int right, int bottom) {
        int width() {
            return right - left;
        }

        int height() {
            return bottom - top;
        }
    }

    private final int width;
    private final int height;
    private final byte[] luminance;

    private SymbolScanner(int width, int height, byte[] luminance) {
        this.width = width;
        this.height = height;
        this.luminance = luminance;
    }

    static byte[] scan(Path file) throws RefusedException {
        return of(pages(file, 1).get(0)).read(file);
    }

    /** Symbols of all pages, each once. */
    static List<byte[]> scanAll(Path file) throws RefusedException {
        Map<String, byte[]> found = new java.util.LinkedHashMap<>();
        for (BufferedImage page : pages(file, PAGES_MAX)) {
            of(page).readAll(found);
        }
        if (found.isEmpty()) {
            throw new RefusedException(IndiciumCode.UNREADABLE, "no Data Matrix found in " + file);
        }
        return List.copyOf(found.values());
    }

    private static List<BufferedImage> pages(Path file, int most) throws RefusedException {
        List<BufferedImage> pages;
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new RefusedException(IndiciumCode.UNREADABLE, file + " is larger than " + FILE_BYTES_MAX + " bytes");
            }
            byte[] contents = Files.readAllBytes(file);
            boolean pdf = new String(contents, 0, Math.min(5, contents.length), StandardCharsets.ISO_8859_1).equals("%PDF-");
            if (pdf) {
                pages = pdfPages(contents, most);
            } else {
                BufferedImage image = ImageIO.read(new java.io.ByteArrayInputStream(contents));
                pages = image == null ? List.of() : List.of(image);
            }
        } catch (IOException e) {
            throw new RefusedException(IndiciumCode.UNREADABLE, file + ": " + e.getMessage(), e);
        }
        if (pages.isEmpty() || pages.stream().anyMatch(p -> (long) p.getWidth() * p.getHeight() > PIXELS_MAX)) {
            throw new RefusedException(IndiciumCode.UNREADABLE, file + " is no picture or page, or too large");
        }
        return pages;
    }

    private static List<BufferedImage> pdfPages(byte[] pdf, int most) throws IOException {
        List<BufferedImage> pages = new ArrayList<>();
        try (PDDocument document = Loader.loadPDF(pdf)) {
            for (int i = 0; i < Math.min(most, document.getNumberOfPages()); i++) {
                var box = document.getPage(i).getMediaBox();
                double pixels = (double) box.getWidth() * box.getHeight() * (PDF_DPI / 72) * (PDF_DPI / 72);
                if (pixels > PIXELS_MAX) {
                    throw new IOException("page is too large");
                }
                pages.add(new PDFRenderer(document).renderImageWithDPI(i, PDF_DPI, ImageType.GRAY));
            }
        }
        return pages;
    }

    private static SymbolScanner of(BufferedImage image) {
        int w = image.getWidth();
        int h = image.getHeight();
        byte[] grey = new byte[w * h];
        int[] row = new int[w];
        for (int y = 0; y < h; y++) {
            image.getRGB(0, y, w, 1, row, 0, w);
            for (int x = 0; x < w; x++) {
                int rgb = row[x];
                int alpha = rgb >>> 24;
                int value = ((rgb >> 16 & 0xFF) + 2 * (rgb >> 8 & 0xFF) + (rgb & 0xFF)) / 4;
                grey[y * w + x] = (byte) (255 - (255 - value) * alpha / 255);
            }
        }
        return new SymbolScanner(w, h, grey);
    }

    /** Bridging gaps of several widths finds symbols beside text as well as those in the open. */
    private void readAll(Map<String, byte[]> found) {
        for (int cell : new int[] {16, 8, 32}) {
            for (Patch patch : patches(cell)) {
                byte[] bytes = decode(patch);
                if (bytes.length > 0) {
                    found.putIfAbsent(java.util.HexFormat.of().formatHex(bytes), bytes);
                }
            }
        }
    }

    private byte[] read(Path file) throws RefusedException {
        for (int cell : new int[] {16, 8, 32, 4}) {
            for (Patch patch : patches(cell)) {
                byte[] found = decode(patch);
                if (found.length > 0) {
                    return found;
                }
            }
        }
        byte[] whole = decode(new Patch(0, 0, width, height));
        if (whole.length == 0) {
            throw new RefusedException(IndiciumCode.UNREADABLE, "no Data Matrix found in " + file);
        }
        return whole;
    }

    /** Bounding boxes of dark patches, gaps up to a cell wide bridged; those shaped like a symbol, largest first. */
    private List<Patch> patches(int cell) {
        int columns = (width + cell - 1) / cell;
        int rows = (height + cell - 1) / cell;
        BitSet dark = new BitSet(columns * rows);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if ((luminance[y * width + x] & 0xFF) < 128) {
                    dark.set(y / cell * columns + x / cell);
                }
            }
        }
        List<Patch> found = new ArrayList<>();
        for (int start = dark.nextSetBit(0); start >= 0; start = dark.nextSetBit(start + 1)) {
            Patch cells = flood(dark, start, columns, rows);
            Patch patch = tighten(new Patch(
                    cells.left() * cell,
                    cells.top() * cell,
                    Math.min(width, cells.right() * cell),
                    Math.min(height, cells.bottom() * cell)));
            int longer = Math.max(patch.width(), patch.height());
            int shorter = Math.min(patch.width(), patch.height());
            boolean square = shorter * 5 >= longer * 4;
            boolean threeToOne = shorter * 27 < longer * 10 && shorter * 33 > longer * 10; // 16 x 48 modules
            if (shorter >= SIDE_PIXELS_MIN && (square || threeToOne)) {
                found.add(patch);
            }
        }
        found.sort(Comparator.comparingLong((Patch p) -> (long) p.width() * p.height()).reversed());
        return found.subList(0, Math.min(found.size(), CANDIDATES_MAX));
    }

    private static Patch flood(BitSet dark, int start, int columns, int rows) {
        int left = columns;
        int top = rows;
        int right = 0;
        int bottom = 0;
        Deque<Integer> open = new ArrayDeque<>(List.of(start));
        dark.clear(start);
        while (!open.isEmpty()) {
            int at = open.pop();
            int x = at % columns;
            int y = at / columns;
            left = Math.min(left, x);
            top = Math.min(top, y);
            right = Math.max(right, x + 1);
            bottom = Math.max(bottom, y + 1);
            for (int ny = Math.max(0, y - 1); ny <= Math.min(rows - 1, y + 1); ny++) {
                for (int nx = Math.max(0, x - 1); nx <= Math.min(columns - 1, x + 1); nx++) {
                    int next = ny * columns + nx;
                    if (dark.get(next)) {
                        dark.clear(next);
                        open.push(next);
                    }
                }
            }
        }
        return new Patch(left, top, right, bottom);
    }

    private Patch tighten(Patch rough) {
        int left = rough.right();
        int top = rough.bottom();
        int right = rough.left();
        int bottom = rough.top();
        for (int y = rough.top(); y < rough.bottom(); y++) {
            for (int x = rough.left(); x < rough.right(); x++) {
                if ((luminance[y * width + x] & 0xFF) < 128) {
                    left = Math.min(left, x);
                    right = Math.max(right, x + 1);
                    top = Math.min(top, y);
                    bottom = Math.max(bottom, y + 1);
                }
            }
        }
        return new Patch(left, top, right, bottom);
    }

    /** @return the bytes, none when there is no symbol in the patch */
    private byte[] decode(Patch patch) {
        int quiet = Math.max(10, patch.width() / 10);
        int w = patch.width() + 2 * quiet;
        int h = patch.height() + 2 * quiet;
        byte[] alone = new byte[w * h];
        java.util.Arrays.fill(alone, (byte) 0xFF);
        for (int y = 0; y < patch.height(); y++) {
            System.arraycopy(
                    luminance, (patch.top() + y) * width + patch.left(), alone, (y + quiet) * w + quiet, patch.width());
        }
        LuminanceSource source = new PlanarYUVLuminanceSource(alone, w, h, 0, 0, w, h, false);
        for (Map<DecodeHintType, Object> hints : List.of(
                Map.<DecodeHintType, Object>of(DecodeHintType.PURE_BARCODE, true),
                Map.<DecodeHintType, Object>of(DecodeHintType.TRY_HARDER, true))) {
            try {
                String text = new DataMatrixReader()
                        .decode(new BinaryBitmap(new GlobalHistogramBinarizer(source)), hints)
                        .getText();
                return text.getBytes(StandardCharsets.ISO_8859_1);
            } catch (NotFoundException | ChecksumException | FormatException e) {
                continue;
            }
        }
        return new byte[0];
    }
}
