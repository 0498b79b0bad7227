// SPDX-License-Identifier: Apache-2.0
package org.porto.print.render.internal;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.porto.print.spi.PrintPage;

/**
 * A page as PNG of four greys (ISO/IEC 15948). Modules of the symbol and boxes lie on whole pixels; text is drawn as outlines.
 * The file is written here, two bits a pixel and blank rows unlooked at: a tenth of the time of the general writer for a sheet
 * that is mostly white.
 */
final class PngSheet {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final byte BITS_A_PIXEL = 2;
    private static final long PIXELS_MAX = 64L * 1024 * 1024;

    private PngSheet() {}

    /** Greys, a byte a pixel, 0 is black. */
    record Pixels(int width, int height, byte[] greys) {}

    static byte[] draw(PrintPage page, int dpi, Glyphs glyphs) throws IOException {
        Pixels pixels = pixels(page, dpi, glyphs);
        return encode(pixels.greys(), pixels.width(), pixels.height(), dpi);
    }

    static Pixels pixels(PrintPage page, int dpi, Glyphs glyphs) throws IOException {
        double scale = dpi / 25400.0;
        long width = Math.round(page.widthMicrometres() * scale);
        long height = Math.round(page.heightMicrometres() * scale);
        if (width < 1 || height < 1 || width * height > PIXELS_MAX) {
            throw new IOException("page of " + width + " x " + height + " pixels");
        }
        BufferedImage image = new BufferedImage((int) width, (int) height, BufferedImage.TYPE_BYTE_GRAY);
        byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        java.util.Arrays.fill(pixels, (byte) 0xFF);
        Graphics2D pen = image.createGraphics();
        try {
            pen.setColor(Color.BLACK);
            pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            pen.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            for (PrintPage.Element element : page.elements()) {
                element(pen, element, scale, glyphs);
            }
        } finally {
            pen.dispose();
        }
        return new Pixels((int) width, (int) height, pixels);
    }

    private static void element(Graphics2D pen, PrintPage.Element element, double scale, Glyphs glyphs) {
        if (element instanceof PrintPage.Symbol symbol) {
            symbol(pen, symbol, scale);
        } else if (element instanceof PrintPage.Text text) {
            double size = text.heightMicrometres() * scale;
            Path2D line = glyphs.outline(text.text(), text.x() * scale, text.y() * scale, size);
            if (text.bold()) {
                // The library has no bold face: the outlines once more, a little to the right; stroking them takes ten times as long.
                line.append(glyphs.outline(text.text(), text.x() * scale + size / 26, text.y() * scale, size), false);
            }
            if (text.degrees() != 0) {
                line.transform(AffineTransform.getRotateInstance(
                        Math.toRadians(text.degrees()), text.x() * scale, text.y() * scale));
            }
            pen.fill(line);
        } else if (element instanceof PrintPage.Box box) {
            int left = pixel(box.x(), scale);
            int top = pixel(box.y(), scale);
            int right = pixel(box.x() + box.widthMicrometres(), scale);
            int bottom = pixel(box.y() + box.heightMicrometres(), scale);
            pen.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
        } else if (element instanceof PrintPage.Circle circle) {
            double r = circle.radiusMicrometres() * scale;
            pen.setStroke(new BasicStroke((float) (circle.lineMicrometres() * scale)));
            pen.draw(new Ellipse2D.Double(circle.centreX() * scale - r, circle.centreY() * scale - r, 2 * r, 2 * r));
        } else if (element instanceof PrintPage.Picture picture) {
            picture(pen, picture, scale);
        }
    }

    /** Each dot covers the pixels that its edges fall on: no gaps, whatever the scale. */
    private static void picture(Graphics2D pen, PrintPage.Picture picture, double scale) {
        BitSet dots = picture.dots();
        int columns = picture.columns();
        double across = picture.widthMicrometres() * scale / columns;
        double down = picture.heightMicrometres() * scale / picture.rows();
        double left = picture.x() * scale;
        double top = picture.y() * scale;
        for (int bit = dots.nextSetBit(0); bit >= 0 && bit < columns * picture.rows(); bit = dots.nextSetBit(bit + 1)) {
            int x = (int) Math.round(left + bit % columns * across);
            int y = (int) Math.round(top + bit / columns * down);
            int right = (int) Math.round(left + (bit % columns + 1) * across);
            int bottom = (int) Math.round(top + (bit / columns + 1) * down);
            pen.fillRect(x, y, right - x, bottom - y);
        }
    }

    /** Every module has the same whole number of pixels, so that no reader sees uneven columns. */
    private static void symbol(Graphics2D pen, PrintPage.Symbol symbol, double scale) {
        BitSet modules = symbol.modules();
        int columns = symbol.columns();
        int side = (int) Math.max(1, Math.round(symbol.moduleMicrometres() * scale));
        int left = pixel(symbol.x(), scale);
        int top = pixel(symbol.y(), scale);
        for (int bit = modules.nextSetBit(0); bit >= 0 && bit < columns * symbol.rows(); bit = modules.nextSetBit(bit + 1)) {
            pen.fillRect(left + bit % columns * side, top + bit / columns * side, side, side);
        }
    }

    private static int pixel(int micrometres, double scale) {
        return (int) Math.round(micrometres * scale);
    }

    private static byte[] encode(byte[] pixels, int width, int height, int dpi) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream(64 * 1024);
        DataOutputStream out = new DataOutputStream(file);
        out.write(SIGNATURE);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        DataOutputStream h = new DataOutputStream(head);
        h.writeInt(width);
        h.writeInt(height);
        h.write(new byte[] {BITS_A_PIXEL, 0, 0, 0, 0});
        chunk(out, "IHDR", head.toByteArray());
        ByteArrayOutputStream resolution = new ByteArrayOutputStream();
        DataOutputStream r = new DataOutputStream(resolution);
        int perMetre = (int) Math.round(dpi / 0.0254);
        r.writeInt(perMetre);
        r.writeInt(perMetre);
        r.write(1);
        chunk(out, "pHYs", resolution.toByteArray());
        chunk(out, "IDAT", deflate(pixels, width, height));
        chunk(out, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static byte[] deflate(byte[] pixels, int width, int height) throws IOException {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * 1024);
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater, 16 * 1024)) {
            byte[] white = new byte[width];
            java.util.Arrays.fill(white, (byte) 0xFF);
            byte[] blank = new byte[1 + (width + 3) / 4];
            java.util.Arrays.fill(blank, 1, blank.length, (byte) 0xFF);
            byte[] row = new byte[blank.length];
            for (int y = 0; y < height; y++) {
                int at = y * width;
                if (java.util.Arrays.equals(pixels, at, at + width, white, 0, width)) {
                    out.write(blank);
                } else {
                    pack(pixels, at, width, row);
                    out.write(row);
                }
            }
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    /** The two top bits of each pixel, leftmost pixel in the high bits, behind the filter byte "none". */
    private static void pack(byte[] pixels, int at, int width, byte[] row) {
        for (int x = 0, to = 1; x < width; x += 4, to++) {
            int four = 0;
            for (int i = 0; i < 4; i++) {
                int pixel = x + i < width ? pixels[at + x + i] & 0xFF : 0xFF;
                four = four << 2 | pixel >> 6;
            }
            row[to] = (byte) four;
        }
    }

    private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) crc.getValue());
    }
}
