// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

import java.util.Objects;

/** Uncertain: the act may have happened or not. Ask by its transaction id before going on; never repeat under a new id. */
public final class UncertainException extends PortoException {

    private static final long serialVersionUID = 1L;

    private final TransactionId transaction;

    public UncertainException(FailureCode code, TransactionId transaction, String detail, Throwable cause) {
        super(code, detail, cause);
        this.transaction = Objects.requireNonNull(transaction);
    }

    /** What to ask by. */
    public TransactionId transaction() {
        return transaction;
    }
}
