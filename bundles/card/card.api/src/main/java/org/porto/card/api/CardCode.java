// SPDX-License-Identifier: Apache-2.0
package org.porto.card.api;

import org.porto.model.api.FailureCode;

/** Failures of readers and cards as devices. */
public enum CardCode implements FailureCode {
    READER_MISSING("CRD-001", "no such reader"),
    READER_BUSY("CRD-002", "reader is busy"),
    READER_FAILED("CRD-003", "reader failed"),
    CARD_ABSENT("CRD-004", "no card in the reader"),
    CARD_LOST("CRD-005", "card was lost during an exchange"),
    CARD_MUTE("CRD-006", "card did not answer in time"),
    ANSWER_MALFORMED("CRD-007", "answer of the card or driver is malformed"),
    DRIVER_QUARANTINED("CRD-008", "driver is in quarantine"),
    CLAIM_CLOSED("CRD-009", "claim is closed");

    private final String code;
    private final String meaning;

    CardCode(String code, String meaning) {
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
