// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.api;

import org.porto.model.api.FailureCode;

/** Failures of indicia. */
public enum IndiciumCode implements FailureCode {
    UNREADABLE("IND-001", "indicium cannot be read"),
    SIGNATURE_WRONG("IND-002", "signature is wrong"),
    DEVICE_UNKNOWN("IND-003", "device certificate is not known"),
    IMPLAUSIBLE("IND-004", "contents are not plausible"),
    DUPLICATE("IND-005", "seen before"),
    PROFILE_MISSING("IND-006", "no such profile"),
    NOT_IN_LOG("IND-007", "not in the register log"),
    LOG_DIFFERS("IND-008", "register log says otherwise"),
    LOG_BROKEN("IND-009", "register log cannot be trusted");

    private final String code;
    private final String meaning;

    IndiciumCode(String code, String meaning) {
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
