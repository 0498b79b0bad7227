// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import java.util.Arrays;
import java.util.Currency;
import org.porto.issuer.api.CardInfo;
import org.porto.issuer.api.Issuer;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.DebitReceipt;
import org.porto.protocol.card.Signed;
import org.porto.settlement.api.SettlementCode;

/** Reads and proves debit receipts (rules M1, P3). */
final class Receipts {

    /** A receipt that its card signed for this peer. */
    record Proven(TransactionId id, CardId card, Money amount, boolean undo, long cardTransaction) {}

    /** Told what a card gave its numbers to. */
    interface Numbers {
        void used(CardId card, long number, TransactionId receipt);
    }

    private final Issuer issuer;
    private final Numbers numbers;

    Receipts(Issuer issuer, Numbers numbers) {
        this.issuer = issuer;
        this.numbers = numbers;
    }

    /** Of a recharge or burn: it says nothing here but which number it got. */
    void applied(byte[] encoded) throws RefusedException {
        try {
            Signed signed = Signed.split(encoded, ApplyReceipt.BYTES);
            ApplyReceipt receipt = ApplyReceipt.parse(signed.body());
            CardId card = CardId.of(receipt.cardId());
            if (issuer.card(card).isEmpty() || !issuer.signedBy(card, signed.body(), signed.signature())) {
                throw new RefusedException(SettlementCode.RECEIPT_WRONG, "signature of card " + card);
            }
            if (receipt.result() == ApplyReceipt.APPLIED) {
                numbers.used(card, receipt.cardTransaction(), Digest.receipt(signed.body()));
            }
        } catch (CardRecordException e) {
            throw new RefusedException(SettlementCode.RECEIPT_WRONG, e.getMessage(), e);
        }
    }

    Proven prove(byte[] encoded, int role, DeviceId peer) throws RefusedException {
        Signed signed;
        DebitReceipt receipt;
        try {
            signed = Signed.split(encoded, DebitReceipt.BYTES);
            receipt = DebitReceipt.parse(signed.body());
        } catch (CardRecordException e) {
            throw new RefusedException(SettlementCode.RECEIPT_WRONG, e.getMessage(), e);
        }
        if (receipt.kind() != DebitReceipt.DEBIT && receipt.kind() != DebitReceipt.UNDO) {
            throw new RefusedException(SettlementCode.RECEIPT_WRONG, "kind " + receipt.kind());
        }
        if (receipt.amountMils() <= 0 || receipt.balanceMils() < 0) {
            throw new RefusedException(SettlementCode.RECEIPT_WRONG, "amount " + receipt.amountMils());
        }
        CardId card = CardId.of(receipt.cardId());
        CardInfo info = issuer.card(card)
                .orElseThrow(() -> new RefusedException(SettlementCode.RECEIPT_WRONG, "card " + card + " is unknown"));
        if (!issuer.signedBy(card, signed.body(), signed.signature())) {
            throw new RefusedException(SettlementCode.RECEIPT_WRONG, "signature of card " + card);
        }
        // the card signed it: whoever it was for, this number is given away
        numbers.used(card, receipt.cardTransaction(), Digest.receipt(signed.body()));
        if (receipt.peerRole() != role || !Arrays.equals(receipt.peerId(), peer.bytes())) {
            throw new RefusedException(
                    role == CardCertificate.ROLE_MERCHANT ? SettlementCode.MERCHANT_OTHER : SettlementCode.RECEIPT_WRONG,
                    "receipt is not for " + peer);
        }
        Currency currency = Currency.getInstance(info.currency());
        if (currency.getNumericCode() != receipt.currencyNumeric()) {
            throw new RefusedException(SettlementCode.CARD_CURRENCY, "card " + card);
        }
        return new Proven(
                Digest.receipt(signed.body()),
                card,
                Money.ofMils(receipt.amountMils(), currency),
                receipt.kind() == DebitReceipt.UNDO,
                receipt.cardTransaction());
    }
}
