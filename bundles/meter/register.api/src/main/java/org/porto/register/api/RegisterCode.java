// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

import org.porto.model.api.FailureCode;

/** Failures of the register vault. */
public enum RegisterCode implements FailureCode {
    AMOUNT_NOT_ALLOWED("REG-001", "amount not allowed"),
    ITEM_LIMIT("REG-002", "item value outside its limits"),
    BALANCE_LIMIT("REG-003", "balance would exceed its maximum"),
    FUNDS_SHORT("REG-004", "not enough funds"),
    CURRENCY_WRONG("REG-005", "another currency than the vault's"),
    ID_TAKEN("REG-006", "transaction id was used with other contents"),
    ID_UNKNOWN("REG-007", "no such transaction"),
    STATE_FORBIDS("REG-008", "not allowed in this state"),
    OVERFLOW("REG-009", "register would overflow"),
    IDENTITY_BROKEN("REG-010", "sources and uses differ"),
    STORE_FAILED("REG-011", "store cannot be written; vault is closed until reopened"),
    STORES_DISAGREE("REG-012", "the two stores cannot be reconciled"),
    CLOCK_BACK("REG-013", "clock went back"),
    CLOSED("REG-014", "vault is closed"),
    WINDOW_VIOLATED("REG-015", "write outside its window"),
    NOT_IN_TRANSIT("REG-016", "transaction is not in transit"),
    INSPECTION_OVERDUE("REG-017", "inspection is overdue"),
    RECORD_BROKEN("REG-018", "record chain or MAC is broken"),
    REFERENCE_TOO_LONG("REG-019", "reference too long");

    private final String code;
    private final String meaning;

    RegisterCode(String code, String meaning) {
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
