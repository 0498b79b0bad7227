// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

/** Failures of the words themselves. */
public enum ModelCode implements FailureCode {
    AMOUNT_UNREADABLE("MOD-001", "amount cannot be read"),
    AMOUNT_OVERFLOW("MOD-002", "amount out of range"),
    CURRENCY_MIXED("MOD-003", "two currencies in one sum"),
    IDENTITY_UNREADABLE("MOD-004", "identity cannot be read");

    private final String code;
    private final String meaning;

    ModelCode(String code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
