// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.api;

import org.porto.model.api.FailureCode;

/** Failures of the merchant point. */
public enum MerchantCode implements FailureCode {
    NOT_ENROLLED("MER-001", "merchant point is not enrolled"),
    PURCHASE_OPEN("MER-002", "card may have paid: insert it again to resolve"),
    ID_TAKEN("MER-003", "transaction id was used with other contents"),
    ID_UNKNOWN("MER-004", "no such purchase"),
    BATCH_EMPTY("MER-005", "no purchases to submit"),
    REPLY_LOST("MER-006", "reply of the host was lost"),
    AMOUNT_NOT_ALLOWED("MER-007", "amount not allowed");

    private final String code;
    private final String meaning;

    MerchantCode(String code, String meaning) {
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
