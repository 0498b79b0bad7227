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

    /** Best first: matching drivers, then by name. */
    List<PrinterInfo> list();

    /**
     * Prints within the time limit (30 s); a driver swap waits for it (rule D2).
     *
     * @param printer name as listed, or empty for the best one
     * @return where it went
     * @throws RefusedException {@code PRT-001} to {@code -004}, {@code -006}: nothing was printed
     * @throws UncertainException {@code PRT-005}: the sheet may carry the indicium
     */
    List<String> print(String printer, TransactionId transaction, PrintPage page) throws RefusedException, UncertainException;
}
