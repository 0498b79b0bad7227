// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

import java.util.Objects;

/** An act that did not end as asked. The subclass is the outcome (rule N3), the code says why. */
public abstract sealed class PortoException extends Exception permits RefusedException, UncertainException {

    private static final long serialVersionUID = 1L;

    private final String code;

    PortoException(FailureCode code, String detail, Throwable cause) {
        super(code.code() + " " + code.meaning() + (detail.isEmpty() ? "" : ": " + detail), cause);
        this.code = Objects.requireNonNull(code.code());
    }

    PortoException(String code, String message) {
        super(code + " " + message);
        this.code = Objects.requireNonNull(code);
    }

    /** The stable code, for example {@code REG-017}. */
    public final String code() {
        return code;
    }
}
