// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

/** The medium failed: paper, label, ink. */
public final class MediumException extends PrintException {

    private static final long serialVersionUID = 1L;

    public MediumException(String message, Printed printed, Throwable cause) {
        super(message, printed, cause);
    }
}
