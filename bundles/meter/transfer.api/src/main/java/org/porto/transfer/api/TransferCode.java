// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

import org.porto.model.api.FailureCode;

/** Failures of transfers. */
public enum TransferCode implements FailureCode {
    NOT_PAIRED("TRF-001", "card is not paired with this meter"),
    LIMIT("TRF-002", "amount exceeds the transfer limit"),
    UNRESOLVED("TRF-003", "an earlier transfer with this card is unresolved"),
    IN_DOUBT("TRF-004", "card may hold the value: insert it again to resolve"),
    ID_UNKNOWN("TRF-005", "no such transfer"),
    ID_TAKEN("TRF-006", "transaction id was used with other contents"),
    METER_BLOCKED("TRF-007", "too many failed recognitions: transfers are blocked"),
    DAY_LIMIT("TRF-008", "amount exceeds what is left of the day's limit"),
    ORDER_WRONG("TRF-009", "settlement order is not valid for this meter"),
    ORDER_LATE("TRF-010", "transfer has ended already, and otherwise than the order says");

    private final String code;
    private final String meaning;

    TransferCode(String code, String meaning) {
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
