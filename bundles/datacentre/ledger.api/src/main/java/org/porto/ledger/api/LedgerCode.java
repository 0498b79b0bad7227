// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

import org.porto.model.api.FailureCode;

/** Failures of the ledger. */
public enum LedgerCode implements FailureCode {
    ACCOUNT_UNKNOWN("LED-001", "no such account"),
    ACCOUNT_EXISTS("LED-002", "account exists with other properties"),
    ID_TAKEN("LED-003", "id was used with other contents"),
    FUNDS_SHORT("LED-004", "not enough funds"),
    CURRENCY_WRONG("LED-005", "another currency than the account's"),
    PENDING_UNKNOWN("LED-006", "no such pending transfer"),
    PENDING_ENDED("LED-007", "pending transfer has ended already"),
    AMOUNT_NOT_ALLOWED("LED-008", "amount not allowed"),
    CHAIN_BROKEN("LED-009", "journal chain is broken"),
    DATABASE_FAILED("LED-010", "database failed; nothing was booked"),
    OUT_OF_BALANCE("LED-011", "debits and credits differ"),
    TEXT_NOT_ALLOWED("LED-012", "text too long or with characters that are not allowed"),
    COMMIT_UNKNOWN("LED-013", "database failed at commit; ask by id, repeating is safe"),
    RESERVATION_EXPIRED("LED-014", "the time of the reservation is over");

    private final String code;
    private final String meaning;

    LedgerCode(String code, String meaning) {
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
