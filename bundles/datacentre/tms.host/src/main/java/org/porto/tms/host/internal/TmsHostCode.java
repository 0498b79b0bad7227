// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.host.internal;

import org.porto.model.api.FailureCode;

/** Failures of the TMS host that devices get to see. */
enum TmsHostCode implements FailureCode {
    MESSAGE_MALFORMED("TMH-001", "message cannot be read"),
    KEY_MISMATCH("TMH-002", "message is sealed under another key than it asks to certify"),
    ROLE_WRONG("TMH-003", "not for a device of this role"),
    REGISTERS_MISMATCH("TMH-004", "registers differ from the book of the host"),
    REFILL_TAKEN("TMH-005", "refill number was used with other contents"),
    AMOUNT_NOT_ALLOWED("TMH-006", "refill amount not allowed"),
    BALANCE_MAX("TMH-007", "meter could not hold the amount"),
    FIELD_WRONG("TMH-008", "field is out of range"),
    STALE("TMH-009", "request is older than what the meter reported since"),
    BUSY("TMH-010", "host is busy; repeat later"),
    TOO_LARGE("TMH-011", "message is too large"),
    STORE_UNREADABLE("TMH-012", "store of the host cannot be read"),
    SERVICE_FAILED("TMH-013", "host cannot answer now; repeat later"),
    NOT_FOUND("TMH-014", "no such resource");

    private final String code;
    private final String meaning;

    TmsHostCode(String code, String meaning) {
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
