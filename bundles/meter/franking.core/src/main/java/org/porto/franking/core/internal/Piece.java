// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import java.util.List;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.FrankedPiece;
import org.porto.franking.api.PaymentSource;
import org.porto.franking.api.Spoil;
import org.porto.indicium.api.IndiciumData;
import org.porto.model.api.TransactionId;

/** What the journal knows of one piece. Changed by {@link PieceBook} alone, under its lock. */
final class Piece {

    /** How far a payment by card has come. */
    enum CardPayment {
        NONE,
        OPEN,
        PAID,
        /** The card never paid and never will: the id may be used again. */
        CLOSED
    }

    final TransactionId transaction;
    byte[] digest = new byte[0];
    PaymentSource source = PaymentSource.REGISTERS;

    CardPayment payment = CardPayment.NONE;
    String card = "";
    long peerTransaction;
    /** The card's transaction number when the payment was ordered: how far back its log must reach to prove anything. */
    long cardTransactionBefore;
    FrankRequest request;

    IndiciumData data;
    byte[] indicium = new byte[0];
    List<String> outputs = List.of();
    boolean printed;
    Spoil spoil;

    Piece(TransactionId transaction) {
        this.transaction = transaction;
    }

    boolean finished() {
        return printed || spoil != null || payment == CardPayment.CLOSED;
    }

    FrankedPiece answer() {
        return new FrankedPiece(transaction, data, indicium, source, outputs);
    }
}
