// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.api;

import org.porto.model.api.FailureCode;

/** Failures of the recharge queue. */
public enum RechargeCode implements FailureCode {
    LIST_UNSIGNED("RCH-001", "list signature is wrong"),
    LIST_UNREADABLE("RCH-002", "list cannot be read"),
    LIST_OLD("RCH-003", "list is older than the one held"),
    ENTRY_UNKNOWN("RCH-004", "no such entry"),
    STORE_FAILED("RCH-005", "queue cannot be written"),
    LINK_DOWN("RCH-006", "list cannot be fetched");

    private final String code;
    private final String meaning;

    RechargeCode(String code, String meaning) {
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
