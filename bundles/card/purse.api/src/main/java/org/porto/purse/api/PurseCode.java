// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import org.porto.model.api.FailureCode;

/** Failures of the purse protocol. */
public enum PurseCode implements FailureCode {
    NOT_A_PURSE("PUR-001", "card holds no purse"),
    NOT_PAIRED("PUR-002", "card and meter have no predetermined relation"),
    RECOGNITION_FAILED("PUR-003", "card and peer do not recognise each other"),
    SESSION_DEAD("PUR-004", "secure session is over"),
    PIN_WRONG("PUR-005", "PIN is wrong"),
    PIN_BLOCKED("PUR-006", "PIN is blocked"),
    PIN_NEEDED("PUR-007", "PIN is needed first"),
    BALANCE_MAX("PUR-008", "card balance would exceed its maximum"),
    FUNDS_SHORT("PUR-009", "card balance is too small"),
    CARD_BLOCKED("PUR-010", "card is invalidated or terminated"),
    COUNTER_END("PUR-011", "card is at the end of its life"),
    AMOUNT_LIMIT("PUR-012", "amount exceeds the card's limit"),
    CURRENCY_WRONG("PUR-013", "card has another currency"),
    ORDER_UNREADABLE("PUR-014", "order is not for this card or was altered"),
    PROTOCOL("PUR-015", "card answered against the protocol"),
    STATE_FORBIDS("PUR-016", "not possible in the card's life-cycle state"),
    CERTIFICATE_WRONG("PUR-017", "certificate of card or peer is not valid"),
    REPLY_LOST("PUR-018", "card was lost before its reply"),
    LOG_SHORT("PUR-019", "card's log no longer reaches back to the debit"),
    KEY_NOT_SHOWN("PUR-020", "order rolls over a key that was not shown to the card");

    private final String code;
    private final String meaning;

    PurseCode(String code, String meaning) {
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
