// SPDX-License-Identifier: Apache-2.0
package org.porto.card.spi;

/** The reader failed: unplugged, driver error. */
public class ReaderException extends Exception {

    private static final long serialVersionUID = 1L;

    public ReaderException(String message) {
        super(message);
    }

    public ReaderException(String message, Throwable cause) {
        super(message, cause);
    }
}
