// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.api;

import org.porto.model.api.FailureCode;

/** Failures of recharge authorisations. */
public enum AuthorisationCode implements FailureCode {
    AMOUNT_NOT_ALLOWED("AUT-001", "amount not allowed"),
    CARD_UNKNOWN("AUT-002", "no such card"),
    FUNDS_SHORT("AUT-003", "deposit is too small"),
    ID_TAKEN("AUT-004", "id was used with other contents"),
    UNKNOWN("AUT-005", "no such authorisation"),
    RECEIPT_WRONG("AUT-006", "receipt is not valid"),
    ENDED("AUT-007", "authorisation has ended already"),
    BALANCE_MAX("AUT-008", "card could not hold the amount"),
    UNFINISHED("AUT-009", "an earlier authorisation of the card is not finished; repeat later"),
    STORE_UNREADABLE("AUT-010", "store of authorisations cannot be read");

    private final String code;
    private final String meaning;

    AuthorisationCode(String code, String meaning) {
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
