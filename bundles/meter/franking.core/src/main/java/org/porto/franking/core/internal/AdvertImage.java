// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import javax.imageio.ImageIO;
import org.porto.print.spi.PrintPage;

/** The advertiser's picture, black and white, in the slot left of the town mark. */
final class AdvertImage {

    static final int WIDTH_MAX = 60_000;
    static final int HEIGHT_MAX = 22_000;
    private static final long FILE_BYTES_MAX = 1 << 20;
    private static final int PIXELS_MAX = 1000;
    private static final int DARK = 128;

    private final int columns;
    private final int rows;
    private final BitSet dots;

    private AdvertImage(int columns, int rows, BitSet dots) {
        this.columns = columns;
        this.rows = rows;
        this.dots = dots;
    }

    /** @throws IOException when it is no picture that the JDK reads, or larger than 1 MiB or 1000 x 1000 */
    static AdvertImage read(Path file) throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new IOException(file + " is larger than " + FILE_BYTES_MAX + " bytes");
        }
        BufferedImage image = ImageIO.read(file.toFile());
        if (image == null || image.getWidth() > PIXELS_MAX || image.getHeight() > PIXELS_MAX) {
            throw new IOException(file + " is no picture of at most " + PIXELS_MAX + " x " + PIXELS_MAX);
        }
        BitSet dots = new BitSet();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                int grey = ((rgb >> 16 & 0xFF) + 2 * (rgb >> 8 & 0xFF) + (rgb & 0xFF)) / 4;
                dots.set(y * image.getWidth() + x, rgb >>> 24 >= DARK && grey < DARK);
            }
        }
        return new AdvertImage(image.getWidth(), image.getHeight(), dots);
    }

    /** As large as fits, its right edge at {@code right}. */
    PrintPage.Picture at(int right, int top, int widthMax) {
        double scale = Math.min((double) widthMax / columns, (double) HEIGHT_MAX / rows);
        int width = (int) Math.round(columns * scale);
        return new PrintPage.Picture(right - width, top, width, (int) Math.round(rows * scale), columns, rows, dots);
    }
}
