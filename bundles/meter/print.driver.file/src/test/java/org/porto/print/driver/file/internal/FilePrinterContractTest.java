// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.file.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.Before;
import org.junit.Rule;
import org.junit.rules.TemporaryFolder;
import org.porto.print.render.internal.Renderer;
import org.porto.print.spi.PrinterDriver;
import org.porto.testkit.print.PrinterDriverContract;

public class FilePrinterContractTest extends PrinterDriverContract {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private PrinterDriver driver;

    @Before
    public void start() {
        driver = restarted();
    }

    @Override
    protected PrinterDriver driver() {
        return driver;
    }

    @Override
    protected int sheetsPrinted() {
        return folder.getRoot().list((directory, name) -> name.endsWith(".pdf")).length;
    }

    @Override
    protected PrinterDriver restarted() {
        try {
            return new FilePrinter(folder.getRoot().toPath(), 203, new Renderer());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
