// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.zpl.internal;

import java.nio.charset.StandardCharsets;
import org.porto.print.spi.PageRenderer;

/**
 * One label as a ZPL format: the whole drawing as one graphic field, {@code ^GFA} with the "alternative data compression scheme" of the
 * ZPL II Programming Guide, which every firmware reads.
 */
final class ZplLabel {

    private static final String HEX = "0123456789ABCDEF";
    private static final int SMALL_MAX = 19;
    private static final int RUN_MAX = 400;

    private ZplLabel() {}

    static byte[] of(PageRenderer.Bitmap bitmap) {
        StringBuilder zpl = new StringBuilder(16 * 1024);
        int bytes = bitmap.rowBytes() * bitmap.height();
        zpl.append("^XA^PW").append(bitmap.width()).append("^LL").append(bitmap.height()).append("^LH0,0^LS0^PON^FO0,0^GFA,");
        zpl.append(bytes).append(',').append(bytes).append(',').append(bitmap.rowBytes()).append(',');
        String before = "";
        for (int row = 0; row < bitmap.height(); row++) {
            String digits = digits(bitmap, row);
            zpl.append(digits.equals(before) ? ":" : packed(digits));
            before = digits;
        }
        zpl.append("^FS^PQ1,0,1,N^XZ\n");
        return zpl.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String digits(PageRenderer.Bitmap bitmap, int row) {
        StringBuilder digits = new StringBuilder(2 * bitmap.rowBytes());
        for (int i = row * bitmap.rowBytes(); i < (row + 1) * bitmap.rowBytes(); i++) {
            digits.append(HEX.charAt(bitmap.dots()[i] >> 4 & 0xF)).append(HEX.charAt(bitmap.dots()[i] & 0xF));
        }
        return digits.toString();
    }

    private static String packed(String digits) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < digits.length()) {
            char digit = digits.charAt(at);
            int end = at;
            while (end < digits.length() && digits.charAt(end) == digit) {
                end++;
            }
            if (end == digits.length() && (digit == '0' || digit == 'F')) {
                out.append(digit == '0' ? ',' : '!'); // the rest of the line
            } else {
                run(out, digit, end - at);
            }
            at = end;
        }
        return out.toString();
    }

    /** G to Y stand for 1 to 19 of the next digit, g to z for 20, 40 to 400. */
    private static void run(StringBuilder out, char digit, int length) {
        int left = length;
        while (left > RUN_MAX) {
            out.append('z').append(digit);
            left -= RUN_MAX;
        }
        if (left >= 20) {
            out.append((char) ('g' + left / 20 - 1));
        }
        if (left % 20 > 1 || left % 20 == 1 && left > 1) {
            out.append((char) ('G' + left % 20 - 1));
        }
        assert left % 20 <= SMALL_MAX;
        out.append(digit);
    }
}
