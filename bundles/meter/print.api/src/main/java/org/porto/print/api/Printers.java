// SPDX-License-Identifier: Apache-2.0
package org.porto.print.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.print.spi.PrintPage;

/** Registry of printers. Thread-safe; one page at a time on each. */
@ProviderType
public interface Printers {

    /** Best first: those that serve this meter, then by rank, then by name. Asks every printer how it is. */
    List<PrinterInfo> list();

    /**
     * The printer that {@link #print} would take; asks it alone how it is.
     *
     * @param printer name as listed, or empty for the best one
     * @throws RefusedException {@code PRT-001}, {@code PRT-006}
     */
    PrinterInfo choose(String printer) throws RefusedException;

    /**
     * Prints within the time limit (30 s); a driver swap waits for it (rule D2). To a printer with a nonce channel the page goes signed
     * (rule F3).
     *
     * @param printer name as listed, or empty for the best one
     * @return where it went
     * @throws RefusedException {@code PRT-001} to {@code -004}, {@code -006}: nothing was printed
     * @throws UncertainException {@code PRT-005}: the sheet may carry the indicium
     */
    List<String> print(String printer, TransactionId transaction, PrintPage page) throws RefusedException, UncertainException;
}
