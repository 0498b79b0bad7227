// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.ipp.internal;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;

/** Reads one page of PWG raster after the standard's words (PWG 5102.4 section 4.4), literals as well as runs. */
final class PwgPicture {

    private PwgPicture() {}

    static BufferedImage read(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        if (in.getInt() != 0x52615332) {
            throw new IllegalStateException("no PWG raster");
        }
        int width = in.getInt(4 + 372);
        int height = in.getInt(4 + 376);
        int bits = in.getInt(4 + 388);
        if (bits != 8 || in.getInt(4 + 392) != width) {
            throw new IllegalStateException(bits + " bits a pixel");
        }
        in.position(4 + 1796);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        int y = 0;
        while (y < height) {
            int lines = (in.get() & 0xFF) + 1;
            byte[] line = new byte[width];
            int x = 0;
            while (x < width) {
                int n = in.get();
                if (n >= 0) {
                    byte pixel = in.get();
                    for (int i = 0; i <= n; i++) {
                        line[x++] = pixel;
                    }
                } else {
                    for (int i = 0; i < 1 - n; i++) {
                        line[x++] = in.get();
                    }
                }
            }
            for (int i = 0; i < lines; i++, y++) {
                image.getRaster().setDataElements(0, y, width, 1, line);
            }
        }
        if (in.hasRemaining()) {
            throw new IllegalStateException(in.remaining() + " bytes are left");
        }
        return image;
    }
}
