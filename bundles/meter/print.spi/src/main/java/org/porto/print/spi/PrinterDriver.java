// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One printer. Registered as an OSGi service with the properties {@link #DRIVER_ID}, {@link #HARDWARE_MODELS} and, where a driver
 * serves several, {@link #PRINTER_NAME}. Makes no threads of its own; the caller sets time limits and prints one page at a time. What
 * else a printer can do it says by the capabilities {@link MediaAware}, {@link TraySource}, {@link NonceChannel}. Of failures,
 * {@link PrinterException} is the device's, {@link MediumException} the medium's.
 */
@ConsumerType
public interface PrinterDriver {

    /** Service property: id of the driver, unique, {@code [a-z0-9.-]+}. */
    String DRIVER_ID = "porto.driver.id";

    /**
     * Service property: name of this printer, unique within the driver, {@code [a-z0-9.-]+}, where one driver serves several; each
     * is a service of its own.
     */
    String PRINTER_NAME = "porto.printer.name";

    /** Service property, String+: meter hardware models served, {@code *} for any. */
    String HARDWARE_MODELS = "porto.hardware.models";

    /**
     * What is wrong now, empty when all is well: IPP printer-state-reasons keywords (see {@link StateReason}). A
     * {@link PrinterException} when the device cannot be asked.
     */
    List<String> stateReasons() throws PrinterException;

    /**
     * Prints one page; on return it is printed. A job id that was printed before prints nothing and returns the same answer.
     *
     * @return where it went: file names or a job URI, for the record
     */
    List<String> print(PrintPage page) throws PrinterException, MediumException;
}
