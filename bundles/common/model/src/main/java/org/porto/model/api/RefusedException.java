// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

/** Refused: nothing changed. Repeating the same act after the reason is gone is safe. */
public final class RefusedException extends PortoException {

    private static final long serialVersionUID = 1L;

    public RefusedException(FailureCode code) {
        super(code, "", null);
    }

    public RefusedException(FailureCode code, String detail) {
        super(code, detail, null);
    }

    public RefusedException(FailureCode code, String detail, Throwable cause) {
        super(code, detail, cause);
    }

    private RefusedException(String code, String message) {
        super(code, message);
    }

    /** A refusal that another device sent: its code and its text are carried over as they came. */
    public static RefusedException relayed(String code, String message) {
        return new RefusedException(code, message);
    }
}
