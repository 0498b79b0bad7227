// SPDX-License-Identifier: Apache-2.0
package org.porto.print.render.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.Charset;
import java.util.BitSet;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.porto.print.spi.PrintPage;

/**
 * A page as vector PDF. Text is set in the standard Helvetica (ISO 32000-1 section 9.6.2.2) by font dictionaries of our own:
 * the library's font objects would search the machine for fonts at every start.
 */
final class PdfSheet {

    private static final double POINTS_PER_MICROMETRE = 72.0 / 25400.0;
    private static final Charset WIN_ANSI = Charset.forName("windows-1252");
    /** Control points of a quarter circle as a Bezier curve. */
    private static final double KAPPA = 0.5522847498;

    private final StringBuilder content = new StringBuilder(16_384);
    private final double height;

    private PdfSheet(double height) {
        this.height = height;
    }

    static byte[] draw(PrintPage page) throws IOException {
        float width = (float) (page.widthMicrometres() * POINTS_PER_MICROMETRE);
        float height = (float) (page.heightMicrometres() * POINTS_PER_MICROMETRE);
        PdfSheet sheet = new PdfSheet(height);
        page.elements().forEach(sheet::element);
        try (PDDocument document = new PDDocument()) {
            PDPage paper = new PDPage(new PDRectangle(width, height));
            document.addPage(paper);
            PDStream contents = new PDStream(document);
            try (OutputStream out = contents.createOutputStream(COSName.FLATE_DECODE)) {
                out.write(sheet.content.toString().getBytes(WIN_ANSI));
            }
            paper.setContents(contents);
            paper.setResources(new PDResources(resources()));
            PDDocumentInformation info = new PDDocumentInformation();
            info.setTitle(page.title());
            info.setSubject(page.jobId());
            document.setDocumentInformation(info);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
            document.save(bytes);
            return bytes.toByteArray();
        }
    }

    private static COSDictionary resources() {
        COSDictionary fonts = new COSDictionary();
        fonts.setItem(COSName.getPDFName("F1"), font("Helvetica"));
        fonts.setItem(COSName.getPDFName("F2"), font("Helvetica-Bold"));
        COSDictionary resources = new COSDictionary();
        resources.setItem(COSName.FONT, fonts);
        return resources;
    }

    private static COSDictionary font(String name) {
        COSDictionary font = new COSDictionary();
        font.setItem(COSName.TYPE, COSName.FONT);
        font.setItem(COSName.SUBTYPE, COSName.TYPE1);
        font.setName(COSName.BASE_FONT, name);
        font.setItem(COSName.ENCODING, COSName.WIN_ANSI_ENCODING);
        return font;
    }

    private void element(PrintPage.Element element) {
        if (element instanceof PrintPage.Symbol symbol) {
            symbol(symbol);
        } else if (element instanceof PrintPage.Text text) {
            text(text);
        } else if (element instanceof PrintPage.Box box) {
            rectangle(box.x(), box.y(), box.widthMicrometres(), box.heightMicrometres());
            content.append("f\n");
        } else if (element instanceof PrintPage.Circle circle) {
            circle(circle);
        } else if (element instanceof PrintPage.Picture picture) {
            picture(picture);
        }
    }

    /** As an inline picture of one bit a dot (ISO 32000-1 section 8.9.7), hex coded: small, and no second object. */
    private void picture(PrintPage.Picture picture) {
        content.append("q ");
        number(picture.widthMicrometres() * POINTS_PER_MICROMETRE);
        content.append("0 0 ");
        number(picture.heightMicrometres() * POINTS_PER_MICROMETRE);
        x(picture.x());
        y(picture.y() + picture.heightMicrometres());
        content.append("cm BI /W ").append(picture.columns()).append(" /H ").append(picture.rows());
        content.append(" /IM true /D [1 0] /F /AHx ID\n");
        BitSet dots = picture.dots();
        for (int row = 0; row < picture.rows(); row++) {
            for (int column = 0; column < picture.columns(); column += 8) {
                int eight = 0;
                for (int i = 0; i < 8; i++) {
                    boolean black = column + i < picture.columns() && dots.get(row * picture.columns() + column + i);
                    eight = eight << 1 | (black ? 1 : 0);
                }
                content.append(Character.forDigit(eight >> 4, 16)).append(Character.forDigit(eight & 0xF, 16));
            }
            content.append('\n');
        }
        content.append(">\nEI Q\n");
    }

    /** Runs of black modules in a row are one rectangle, all rectangles one path: no hair lines between neighbours. */
    private void symbol(PrintPage.Symbol symbol) {
        BitSet modules = symbol.modules();
        int columns = symbol.columns();
        int module = symbol.moduleMicrometres();
        for (int row = 0; row < symbol.rows(); row++) {
            int column = 0;
            while (column < columns) {
                int end = column;
                while (end < columns && modules.get(row * columns + end)) {
                    end++;
                }
                if (end > column) {
                    rectangle(symbol.x() + column * module, symbol.y() + row * module, (end - column) * module, module);
                }
                column = end + 1;
            }
        }
        content.append("f\n");
    }

    private void text(PrintPage.Text text) {
        content.append("BT /").append(text.bold() ? "F2 " : "F1 ");
        number(text.heightMicrometres() * POINTS_PER_MICROMETRE);
        content.append("Tf ");
        // PDF turns anticlockwise, with y upwards
        double angle = -Math.toRadians(text.degrees());
        number(Math.cos(angle));
        number(Math.sin(angle));
        number(-Math.sin(angle));
        number(Math.cos(angle));
        x(text.x());
        y(text.y());
        content.append("Tm (");
        for (int i = 0; i < text.text().length(); i++) {
            char c = text.text().charAt(i);
            if (c == '(' || c == ')' || c == '\\') {
                content.append('\\');
            }
            content.append(c < ' ' ? ' ' : c);
        }
        content.append(") Tj ET\n");
    }

    private void rectangle(int x, int y, int width, int tall) {
        x(x);
        y(y + tall);
        number(width * POINTS_PER_MICROMETRE);
        number(tall * POINTS_PER_MICROMETRE);
        content.append("re\n");
    }

    private void circle(PrintPage.Circle circle) {
        double r = circle.radiusMicrometres();
        double k = r * KAPPA;
        int cx = circle.centreX();
        int cy = circle.centreY();
        number(circle.lineMicrometres() * POINTS_PER_MICROMETRE);
        content.append("w ");
        x(cx + r);
        y(cy);
        content.append("m ");
        curve(cx + r, cy - k, cx + k, cy - r, cx, cy - r);
        curve(cx - k, cy - r, cx - r, cy - k, cx - r, cy);
        curve(cx - r, cy + k, cx - k, cy + r, cx, cy + r);
        curve(cx + k, cy + r, cx + r, cy + k, cx + r, cy);
        content.append("s\n");
    }

    private void curve(double... points) {
        for (int i = 0; i < points.length; i += 2) {
            x(points[i]);
            y(points[i + 1]);
        }
        content.append("c ");
    }

    private void x(double micrometres) {
        number(micrometres * POINTS_PER_MICROMETRE);
    }

    private void y(double micrometres) {
        number(height - micrometres * POINTS_PER_MICROMETRE);
    }

    private void number(double value) {
        content.append(BigDecimal.valueOf(value).setScale(4, RoundingMode.HALF_EVEN).toPlainString()).append(' ');
    }
}
