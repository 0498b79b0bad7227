// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.ipp.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.porto.print.spi.PageRenderer;

/** One page as PWG raster (PWG 5102.4-2012): 8 bits a pixel, sGray, which every IPP Everywhere printer takes. */
final class PwgRaster {

    private static final int HEADER_BYTES = 1796;
    private static final int COLOR_SPACE_SGRAY = 18;
    private static final int REPEAT_MAX = 128;
    private static final int LINE_REPEAT_MAX = 256;

    private PwgRaster() {}

    static byte[] of(PageRenderer.Bitmap bitmap, int dpi) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64 * 1024);
        out.writeBytes("RaS2".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(header(bitmap, dpi));
        int row = 0;
        while (row < bitmap.height()) {
            int same = 1;
            while (row + same < bitmap.height() && same < LINE_REPEAT_MAX && equal(bitmap, row, row + same)) {
                same++;
            }
            out.write(same - 1);
            line(out, bitmap, row);
            row += same;
        }
        return out.toByteArray();
    }

    /** Offsets of section 4.3.1; what is not set is zero. */
    private static byte[] header(PageRenderer.Bitmap bitmap, int dpi) {
        ByteBuffer head = ByteBuffer.allocate(HEADER_BYTES);
        head.put("PwgRaster".getBytes(StandardCharsets.US_ASCII));
        head.putInt(276, dpi);
        head.putInt(280, dpi);
        head.putInt(340, 1); // copies
        head.putInt(352, (int) Math.round(bitmap.width() * 72.0 / dpi));
        head.putInt(356, (int) Math.round(bitmap.height() * 72.0 / dpi));
        head.putInt(372, bitmap.width());
        head.putInt(376, bitmap.height());
        head.putInt(384, 8); // bits a colour
        head.putInt(388, 8); // bits a pixel
        head.putInt(392, bitmap.width()); // bytes a line
        head.putInt(400, COLOR_SPACE_SGRAY);
        head.putInt(420, 1); // colours
        head.putInt(452, 1); // pages in the job
        head.putInt(456, 1); // cross-feed transform
        head.putInt(460, 1); // feed transform
        return head.array();
    }

    private static boolean equal(PageRenderer.Bitmap bitmap, int one, int other) {
        int n = bitmap.rowBytes();
        return java.util.Arrays.equals(bitmap.dots(), one * n, one * n + n, bitmap.dots(), other * n, other * n + n);
    }

    /** Runs only: with black and white alone a run of one costs no more than a literal. */
    private static void line(ByteArrayOutputStream out, PageRenderer.Bitmap bitmap, int row) {
        int x = 0;
        while (x < bitmap.width()) {
            boolean black = black(bitmap, row, x);
            int end = x + 1;
            while (end < bitmap.width() && end - x < REPEAT_MAX && black(bitmap, row, end) == black) {
                end++;
            }
            out.write(end - x - 1);
            out.write(black ? 0 : 0xFF);
            x = end;
        }
    }

    private static boolean black(PageRenderer.Bitmap bitmap, int row, int x) {
        return (bitmap.dots()[row * bitmap.rowBytes() + x / 8] & 0x80 >> x % 8) != 0;
    }
}
