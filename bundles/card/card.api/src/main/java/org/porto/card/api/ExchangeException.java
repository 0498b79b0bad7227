// SPDX-License-Identifier: Apache-2.0
package org.porto.card.api;

/** No answer came from the card; whether it obeyed is unknown. */
public final class ExchangeException extends Exception {

    private static final long serialVersionUID = 1L;

    private final CardCode code;

    public ExchangeException(CardCode code, String detail, Throwable cause) {
        super(code.code() + " " + code.meaning() + (detail.isEmpty() ? "" : ": " + detail), cause);
        this.code = code;
    }

    /** {@code CRD-003}, {@code CRD-005} to {@code CRD-007}, {@code CRD-009}. */
    public CardCode code() {
        return code;
    }
}
