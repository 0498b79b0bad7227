// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.api;

import org.porto.model.api.FailureCode;

/** Failures of TMS sessions. */
public enum TmsCode implements FailureCode {
    LINK_DOWN("TMS-001", "data centre cannot be reached"),
    ANSWER_WRONG("TMS-002", "answer of the host is not valid"),
    NOT_ENROLLED("TMS-003", "device is not enrolled"),
    ALREADY_ENROLLED("TMS-004", "device is enrolled already"),
    REFILL_PENDING("TMS-005", "an earlier refill is pending: its amount cannot be changed"),
    REPLY_LOST("TMS-006", "reply of the host was lost"),
    AMOUNT_NOT_ALLOWED("TMS-007", "refill amount is not allowed"),
    STORE_WRONG("TMS-008", "stored keys cannot be read");

    private final String code;
    private final String meaning;

    TmsCode(String code, String meaning) {
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
