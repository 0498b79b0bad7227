// SPDX-License-Identifier: Apache-2.0
package org.porto.print.render.internal;

import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.porto.print.spi.PageRenderer;
import org.porto.print.spi.PrintPage;

/** Draws pages for every driver that wants it. */
@Component(name = "org.porto.print.render")
public final class Renderer implements PageRenderer {

    private static final int DARK = 128;

    private final Glyphs glyphs;

    @Activate
    public Renderer() throws IOException {
        this.glyphs = new Glyphs();
    }

    @Override
    public byte[] pdf(PrintPage page) throws IOException {
        return PdfSheet.draw(page);
    }

    @Override
    public byte[] png(PrintPage page, int dpi) throws IOException {
        return PngSheet.draw(page, checked(dpi), glyphs);
    }

    @Override
    public Bitmap bitmap(PrintPage page, int dpi) throws IOException {
        PngSheet.Pixels pixels = PngSheet.pixels(page, checked(dpi), glyphs);
        int rowBytes = (pixels.width() + 7) / 8;
        byte[] dots = new byte[rowBytes * pixels.height()];
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                if ((pixels.greys()[y * pixels.width() + x] & 0xFF) < DARK) {
                    dots[y * rowBytes + x / 8] |= (byte) (0x80 >> x % 8);
                }
            }
        }
        return new Bitmap(pixels.width(), pixels.height(), rowBytes, dots);
    }

    private static int checked(int dpi) throws IOException {
        if (dpi < 72 || dpi > 1200) {
            throw new IOException("resolution of " + dpi + " dots an inch");
        }
        return dpi;
    }
}
