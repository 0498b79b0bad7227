// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.point.internal;

import java.time.Instant;
import org.porto.merchant.api.Purchase;
import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;

/** One attempt to be paid by a card. Belongs to the book that holds it. */
final class Sale {

    enum State {
        OPEN("open"),
        PAID("paid"),
        NOT_PAID("not-paid"),
        SUBMITTED("submitted"),
        REJECTED("rejected");

        final String told;

        State(String told) {
            this.told = told;
        }
    }

    final TransactionId transaction;
    final long number;
    final CardId card;
    final long amountMils;
    final Instant time;
    /** The card's transaction number when the debit was ordered: how far back its log must reach to prove anything. */
    final long cardTransactionBefore;
    State state = State.OPEN;
    byte[] receipt = new byte[0];

    Sale(TransactionId transaction, long number, CardId card, long amountMils, Instant time, long cardTransactionBefore) {
        this.transaction = transaction;
        this.number = number;
        this.card = card;
        this.amountMils = amountMils;
        this.time = time;
        this.cardTransactionBefore = cardTransactionBefore;
    }

    Purchase told() {
        return new Purchase(transaction, number, card, amountMils, time, state.told);
    }
}
