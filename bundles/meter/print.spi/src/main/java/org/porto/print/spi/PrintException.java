// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

/** Printing failed. The subclass says what, {@link #printed} how far it came. */
public abstract class PrintException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Whether the sheet carries the indicium. */
    public enum Printed {
        NO,
        UNKNOWN
    }

    private final Printed printed;

    PrintException(String message, Printed printed, Throwable cause) {
        super(message, cause);
        this.printed = printed;
    }

    public final Printed printed() {
        return printed;
    }
}
