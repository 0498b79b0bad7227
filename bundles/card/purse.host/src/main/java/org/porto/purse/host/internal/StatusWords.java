// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.StatusWord;

/** What the card's status words mean to the host (docs/card.md). */
final class StatusWords {

    static final int CONDITIONS = StatusWord.CONDITIONS.word();
    static final int DATA_WRONG = StatusWord.DATA_WRONG.word();
    static final int RECORD_ABSENT = StatusWord.RECORD_ABSENT.word();

    /** In a session, where the command gives it no other meaning. */
    private static final Map<StatusWord, PurseCode> REFUSALS = Map.ofEntries(
            Map.entry(StatusWord.PIN_WRONG, PurseCode.PIN_WRONG),
            Map.entry(StatusWord.SECURITY, PurseCode.PIN_NEEDED),
            Map.entry(StatusWord.BLOCKED, PurseCode.PIN_BLOCKED),
            Map.entry(StatusWord.CONDITIONS, PurseCode.STATE_FORBIDS),
            Map.entry(StatusWord.FULL, PurseCode.BALANCE_MAX),
            Map.entry(StatusWord.FUNDS, PurseCode.FUNDS_SHORT),
            Map.entry(StatusWord.AMOUNT, PurseCode.AMOUNT_LIMIT),
            Map.entry(StatusWord.COUNTER_END, PurseCode.COUNTER_END),
            Map.entry(StatusWord.CURRENCY, PurseCode.CURRENCY_WRONG),
            Map.entry(StatusWord.CARD_BLOCKED, PurseCode.CARD_BLOCKED),
            Map.entry(StatusWord.RECORD_UNKNOWN, PurseCode.LOG_SHORT));

    /** Why a card cannot read an order. */
    private static final Map<StatusWord, PurseCode> ORDERS = Map.of(
            StatusWord.LENGTH_WRONG, PurseCode.ORDER_UNREADABLE,
            StatusWord.SECURITY, PurseCode.ORDER_UNREADABLE,
            StatusWord.DATA_WRONG, PurseCode.ORDER_UNREADABLE,
            StatusWord.REFERENCE_ABSENT, PurseCode.ORDER_UNREADABLE,
            StatusWord.CARD_WRONG, PurseCode.ORDER_UNREADABLE,
            StatusWord.KEY_ABSENT, PurseCode.KEY_NOT_SHOWN);

    private StatusWords() {}

    static RefusedException refusal(int status) {
        return new RefusedException(meaning(status, REFUSALS).orElse(PurseCode.PROTOCOL), StatusWord.say(status));
    }

    static RefusedException order(int status) {
        return meaning(status, ORDERS)
                .map(code -> new RefusedException(code, StatusWord.say(status)))
                .orElseGet(() -> refusal(status));
    }

    private static Optional<PurseCode> meaning(int status, Map<StatusWord, PurseCode> meanings) {
        return Arrays.stream(StatusWord.values()).filter(word -> word.is(status)).findFirst().map(meanings::get);
    }
}
