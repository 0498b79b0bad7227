// SPDX-License-Identifier: Apache-2.0
package org.porto.print.render.internal;

import java.awt.geom.AffineTransform;
import java.awt.geom.GeneralPath;
import java.awt.geom.Path2D;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/**
 * Outlines of the sans-serif font that comes inside the PDF library (metrics as Helvetica), so that no font of the machine is
 * needed. Only Latin-1 characters are kept. Thread-safe.
 */
final class Glyphs {

    private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

    private record Glyph(GeneralPath outline, float advance) {}

    private final Map<Character, Glyph> glyphs = new ConcurrentHashMap<>();
    private final TrueTypeFont font;
    private final CmapLookup lookup;
    private final float unitsPerEm;

    Glyphs() throws IOException {
        try (InputStream in = org.apache.pdfbox.pdmodel.PDDocument.class.getResourceAsStream(FONT)) {
            if (in == null) {
                throw new IOException("font is missing: " + FONT);
            }
            font = new TTFParser().parse(new RandomAccessReadBuffer(in.readAllBytes()));
        }
        lookup = font.getUnicodeCmapLookup();
        unitsPerEm = font.getUnitsPerEm();
        for (char c = ' '; c <= 0xFF; c++) {
            int id = lookup.getGlyphId(c);
            var data = font.getGlyph().getGlyph(id);
            glyphs.put(c, new Glyph(data == null ? new GeneralPath() : data.getPath(), font.getAdvanceWidth(id)));
        }
    }

    /** The line's outline at base line (x, y), y downwards, for a font size in the same unit. */
    Path2D outline(String text, double x, double y, double size) {
        Path2D.Double line = new Path2D.Double(Path2D.WIND_NON_ZERO);
        double scale = size / unitsPerEm;
        double at = x;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            Glyph glyph = glyphs.getOrDefault(c, glyphs.get('?'));
            line.append(new AffineTransform(scale, 0, 0, -scale, at, y).createTransformedShape(glyph.outline()), false);
            at += glyph.advance() * scale;
        }
        return line;
    }
}
