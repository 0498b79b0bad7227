// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

/** The printer failed: off, unplugged, driver error. */
public final class PrinterException extends PrintException {

    private static final long serialVersionUID = 1L;

    public PrinterException(String message, Printed printed, Throwable cause) {
        super(message, printed, cause);
    }
}
