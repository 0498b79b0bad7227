// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.api;

import org.porto.model.api.FailureCode;

/** Failures of the issuer. */
public enum IssuerCode implements FailureCode {
    DEVICE_UNKNOWN("ISS-001", "no such device"),
    DEVICE_EXISTS("ISS-002", "device exists already"),
    CODE_WRONG("ISS-003", "enrolment code is wrong, used or expired"),
    CARD_UNKNOWN("ISS-004", "no such card"),
    CARD_EXISTS("ISS-005", "card is issued already"),
    CUSTOMER_UNKNOWN("ISS-006", "no such customer"),
    PAIRING_EXISTS("ISS-007", "pairing exists already"),
    REVOKED("ISS-008", "certificate is revoked"),
    RECEIPT_WRONG("ISS-009", "signature of the card is wrong"),
    KEY_CHANGED("ISS-010", "device is enrolled with another key"),
    CARD_UNCERTAIN("ISS-011", "whether the card is personalised is not known; issue it again under the same label"),
    FIELD_WRONG("ISS-012", "field is out of range"),
    STORE_UNREADABLE("ISS-013", "store of the issuer cannot be read"),
    KEY_VERSION_WRONG("ISS-014", "key cannot be rolled over to that version");

    private final String code;
    private final String meaning;

    IssuerCode(String code, String meaning) {
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
