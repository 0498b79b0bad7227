// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.api;

import org.porto.model.api.FailureCode;

/** Failures of franking. */
public enum FrankingCode implements FailureCode {
    NOT_READY("FRK-001", "meter is not ready to frank"),
    PRINT_SPOILED("FRK-002", "debited, not printed: recorded as a spoil"),
    CARD_PAYMENT_OPEN("FRK-003", "card may have paid: insert it again to resolve"),
    ID_TAKEN("FRK-004", "transaction id was used with other contents"),
    FILE_UNREADABLE("FRK-005", "mail file cannot be read"),
    NO_CARD_CERTIFICATE("FRK-006", "meter has no card certificate: enrol first"),
    OUTCOME_OPEN("FRK-007", "debited, outcome not on record yet: repeat under the same id"),
    REQUEST_MALFORMED("FRK-008", "franking request is malformed"),
    JOURNAL_BEHIND("FRK-009", "franking journal is older than the registers");

    private final String code;
    private final String meaning;

    FrankingCode(String code, String meaning) {
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
