// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/** A service that the product offers to drivers: draws pages, so that a sheet looks the same on every printer. Thread-safe. */
@ProviderType
public interface PageRenderer {

    /** One vector page, ISO 32000. */
    byte[] pdf(PrintPage page) throws IOException;

    /** ISO/IEC 15948, greys. @param dpi 72 to 1200 */
    byte[] png(PrintPage page, int dpi) throws IOException;

    /** Black dots only. Every module of a symbol has the same whole number of dots. @param dpi 72 to 1200 */
    Bitmap bitmap(PrintPage page, int dpi) throws IOException;

    /**
     * @param rowBytes bytes a row, the last one padded with white
     * @param dots rows from the top, eight dots a byte, leftmost in the highest bit, 1 is black
     */
    record Bitmap(int width, int height, int rowBytes, byte[] dots) {}
}
