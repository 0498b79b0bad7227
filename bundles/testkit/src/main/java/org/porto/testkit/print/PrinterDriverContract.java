// SPDX-License-Identifier: Apache-2.0
package org.porto.testkit.print;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;
import org.porto.print.spi.PrintException;
import org.porto.print.spi.PrintPage;
import org.porto.print.spi.PrinterDriver;

/** What every printer driver keeps to. Extend it and give a driver that can print; it is a new one for every test. */
public abstract class PrinterDriverContract {

    @Rule
    public final Timeout limit = new Timeout(60, TimeUnit.SECONDS);

    /** The driver under test, the same one throughout a test. */
    protected abstract PrinterDriver driver();

    /** How many sheets came out so far. */
    protected abstract int sheetsPrinted();

    /** Another instance over the same device, as after a restart. */
    protected abstract PrinterDriver restarted();

    private static PrintPage page(String jobId) {
        BitSet modules = new BitSet();
        modules.set(0, 400, true);
        return new PrintPage(
                jobId,
                "contract test",
                80_000,
                40_000,
                List.of(
                        new PrintPage.Symbol(2_000, 2_000, 500, 20, modules),
                        new PrintPage.Text(20_000, 10_000, 4_000, true, "1,00 \u00a3 \u00e9"),
                        new PrintPage.Box(20_000, 20_000, 1_000, 100),
                        new PrintPage.Circle(60_000, 20_000, 9_000, 300)));
    }

    @Test
    public final void healthyPrinterHasNoReasons() throws PrintException {
        assertEquals(List.of(), driver().stateReasons());
    }

    @Test
    public final void printsAndSaysWhere() throws PrintException {
        int before = sheetsPrinted();
        List<String> where = driver().print(page(UUID.randomUUID().toString()));
        assertFalse(where.isEmpty());
        assertTrue(where.stream().noneMatch(String::isBlank));
        assertEquals(before + 1, sheetsPrinted());
    }

    @Test
    public final void sameJobIsNeverPrintedTwice() throws PrintException {
        PrintPage page = page(UUID.randomUUID().toString());
        List<String> where = driver().print(page);
        int after = sheetsPrinted();
        assertEquals(where, driver().print(page));
        assertEquals(where, restarted().print(page));
        assertEquals(after, sheetsPrinted());
    }

    @Test
    public final void differentJobsAreDifferentSheets() throws PrintException {
        List<String> one = driver().print(page(UUID.randomUUID().toString()));
        List<String> two = driver().print(page(UUID.randomUUID().toString()));
        assertNotEquals(one, two);
    }
}
