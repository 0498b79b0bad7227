// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.api;

import org.porto.model.api.FailureCode;

/** Failures of bank files. */
public enum BankCode implements FailureCode {
    FILE_UNREADABLE("BNK-001", "bank file cannot be read"),
    FILE_UNSUPPORTED("BNK-002", "bank file is of another type or version"),
    CURRENCY_WRONG("BNK-003", "currency is not accepted"),
    NOTHING_TO_PAY("BNK-004", "nothing to pay out"),
    WRITE_FAILED("BNK-005", "bank file cannot be written"),
    ACCOUNT_MISSING("BNK-006", "payee has no bank account on record"),
    IBAN_WRONG("BNK-007", "IBAN is not valid");

    private final String code;
    private final String meaning;

    BankCode(String code, String meaning) {
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
