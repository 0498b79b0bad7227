// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.file.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.print.spi.PageRenderer;
import org.porto.print.spi.PrintException;
import org.porto.print.spi.PrintPage;
import org.porto.print.spi.PrinterDriver;
import org.porto.print.spi.PrinterException;

/**
 * Prints a job into {@code <jobId>.png} and {@code <jobId>.pdf}. The PDF is renamed into place last: a job is printed exactly
 * when its PDF is there, which is what a repeated job id is judged by (rule F1).
 */
@Component(
        name = "org.porto.print.driver.file",
        service = PrinterDriver.class,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {PrinterDriver.DRIVER_ID + "=file", PrinterDriver.HARDWARE_MODELS + "=*"})
@Designate(ocd = FilePrinterConfig.class)
public final class FilePrinter implements PrinterDriver {

    private static final Pattern JOB = Pattern.compile("[A-Za-z0-9-]{1,128}");

    private final Path directory;
    private final int dpi;
    private final PageRenderer renderer;

    @Activate
    public FilePrinter(FilePrinterConfig config, @Reference PageRenderer renderer) throws IOException {
        this(Path.of(config.directory()), config.png_dpi(), renderer);
    }

    FilePrinter(Path directory, int dpi, PageRenderer renderer) throws IOException {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("directory must be absolute, not " + directory);
        }
        if (dpi != 0 && (dpi < 72 || dpi > 1200)) {
            throw new IllegalArgumentException("png.dpi must be 0 or 72 to 1200, not " + dpi);
        }
        this.directory = Files.createDirectories(directory);
        this.dpi = dpi;
        this.renderer = renderer;
    }

    @Override
    public List<String> stateReasons() {
        return Files.isDirectory(directory) && Files.isWritable(directory) ? List.of() : List.of("media-empty-error");
    }

    @Override
    public List<String> print(PrintPage page) throws PrinterException {
        if (!JOB.matcher(page.jobId()).matches()) {
            throw new PrinterException("job id '" + page.jobId() + "' is malformed", PrintException.Printed.NO, null);
        }
        Path pdf = directory.resolve(page.jobId() + ".pdf");
        Path png = directory.resolve(page.jobId() + ".png");
        if (Files.exists(pdf)) {
            return Files.exists(png) ? List.of(pdf.toString(), png.toString()) : List.of(pdf.toString());
        }
        List<String> outputs = new ArrayList<>(List.of(pdf.toString()));
        boolean renaming = false;
        try {
            Path pdfPart = write(pdf, renderer.pdf(page));
            Path pngPart = dpi == 0 ? null : write(png, renderer.png(page, dpi));
            if (pngPart != null) {
                Files.move(pngPart, png, StandardCopyOption.ATOMIC_MOVE);
                outputs.add(png.toString());
            }
            renaming = true;
            Files.move(pdfPart, pdf, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw new PrinterException(
                    e.getMessage(), renaming ? PrintException.Printed.UNKNOWN : PrintException.Printed.NO, e);
        }
        return List.copyOf(outputs);
    }

    private static Path write(Path target, byte[] contents) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try (FileChannel out = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(contents);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        return part;
    }
}
