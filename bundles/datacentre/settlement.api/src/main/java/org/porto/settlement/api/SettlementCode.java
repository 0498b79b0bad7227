// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.api;

import org.porto.model.api.FailureCode;

/** Failures of settlement. */
public enum SettlementCode implements FailureCode {
    TOTAL_WRONG("SET-001", "batch total differs from its receipts"),
    RECEIPT_WRONG("SET-002", "receipt is not valid"),
    DUPLICATE("SET-003", "receipt was submitted before"),
    MERCHANT_OTHER("SET-004", "receipt is for another merchant"),
    ID_TAKEN("SET-005", "batch number was used with other contents"),
    SHADOW_SHORT("SET-006", "card spent more than it ever held"),
    FLOAT_OPEN("SET-007", "float identity does not hold"),
    RECORD_WRONG("SET-008", "register record cannot be booked"),
    SEQUENCE_GAP("SET-009", "records are missing before this one"),
    DEVICE_NOT_ALLOWED("SET-010", "device is unknown, revoked or of another role"),
    CARD_CURRENCY("SET-011", "receipt is in another currency than its card"),
    NOT_IN_DOUBT("SET-012", "no such transfer is in doubt"),
    TOO_YOUNG("SET-013", "the card may still come back: too early to settle"),
    PROOF_MISSING("SET-014", "no receipt of the card proves that it never had the value"),
    PROOF_AGAINST("SET-015", "a receipt of the card proves that it never had the value"),
    ORDERED_OTHERWISE("SET-016", "the meter was ordered otherwise already"),
    REASON_WRONG("SET-017", "reason is missing or too long");

    private final String code;
    private final String meaning;

    SettlementCode(String code, String meaning) {
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
