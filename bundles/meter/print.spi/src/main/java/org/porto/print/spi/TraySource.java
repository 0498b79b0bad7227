// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Capability: a printer with several trays or rolls. */
@ConsumerType
public interface TraySource {

    /** The trays there are, the default one first. */
    List<Tray> trays() throws PrinterException;

    /**
     * Prints as {@link PrinterDriver#print} does, from one tray.
     *
     * @param tray name of one of {@link #trays()}; another is a {@link PrinterException}, not printed
     */
    List<String> print(PrintPage page, String tray) throws PrinterException, MediumException;

    /** @param name IPP media-source keyword, for example {@code tray-1}, {@code envelope}, {@code main-roll} */
    record Tray(String name, java.util.Optional<Medium> loaded, boolean empty) {}
}
