// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A driver for one make of printer. Registered as an OSGi service with the properties {@link #DRIVER_ID} and
 * {@link #HARDWARE_MODELS}. Makes no threads of its own; the caller sets time limits and prints one page at a time.
 */
@ConsumerType
public interface PrinterDriver {

    /** Service property: id of the driver, unique, {@code [a-z0-9.-]+}. */
    String DRIVER_ID = "porto.driver.id";

    /** Service property, String+: meter hardware models served, {@code *} for any. */
    String HARDWARE_MODELS = "porto.hardware.models";

    /** What is wrong now, empty when it can print: IPP printer-state-reasons keywords (RFC 8011 section 5.4.12). */
    List<String> stateReasons() throws PrinterException;

    /**
     * Prints one page; on return it is printed. A job id that was printed before prints nothing and returns the same answer.
     *
     * @return where it went: file names or a job URI, for the record
     */
    List<String> print(PrintPage page) throws PrinterException, MediumException;
}
