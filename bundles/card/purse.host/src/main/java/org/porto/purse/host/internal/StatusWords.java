// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import org.porto.model.api.RefusedException;
import org.porto.purse.api.PurseCode;

/** What the card's status words mean (docs/protocol/card.md). */
final class StatusWords {

    static final int SECURITY = 0x6982;
    static final int BLOCKED = 0x6983;
    static final int CONDITIONS = 0x6985;
    static final int DATA_WRONG = 0x6A80;
    static final int RECORD_ABSENT = 0x6A83;
    static final int FULL = 0x6A84;
    static final int REFERENCE_ABSENT = 0x6A88;
    static final int CARD_WRONG = 0x9407;

    private StatusWords() {}

    /** The meaning of a status word in a session, where the command gives it no other. */
    static RefusedException refusal(int status) {
        if ((status & 0xFFF0) == 0x63C0) {
            return new RefusedException(PurseCode.PIN_WRONG, (status & 0x0F) + " tries left");
        }
        switch (status) {
            case SECURITY:
                return new RefusedException(PurseCode.PIN_NEEDED);
            case BLOCKED:
                return new RefusedException(PurseCode.PIN_BLOCKED);
            case CONDITIONS:
                return new RefusedException(PurseCode.STATE_FORBIDS, "card says 6985");
            case FULL:
                return new RefusedException(PurseCode.BALANCE_MAX);
            case 0x9401:
                return new RefusedException(PurseCode.FUNDS_SHORT);
            case 0x9402:
                return new RefusedException(PurseCode.AMOUNT_LIMIT);
            case 0x9403:
                return new RefusedException(PurseCode.COUNTER_END);
            case 0x9404:
                return new RefusedException(PurseCode.CURRENCY_WRONG);
            case 0x9405:
                return new RefusedException(PurseCode.CARD_BLOCKED);
            case 0x9406:
                return new RefusedException(PurseCode.LOG_SHORT);
            default:
                return new RefusedException(PurseCode.PROTOCOL, String.format("status word %04X", status));
        }
    }

    /** Why a card cannot read an order. */
    static RefusedException order(int status) {
        switch (status) {
            case SECURITY:
                return new RefusedException(PurseCode.ORDER_UNREADABLE, "its MAC or signature is wrong for this card");
            case DATA_WRONG:
                return new RefusedException(PurseCode.ORDER_UNREADABLE, "its form is wrong");
            case REFERENCE_ABSENT:
                return new RefusedException(PurseCode.ORDER_UNREADABLE, "card does not have that data-centre key");
            case CARD_WRONG:
                return new RefusedException(PurseCode.ORDER_UNREADABLE, "it names another card");
            default:
                return refusal(status);
        }
    }
}
