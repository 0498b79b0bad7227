// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.card;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A card's signed receipt for a debit (rules M1, P3). 56 bytes, signed with the card's key.
 *
 * <pre>
 *  0  1  0xB2
 *  1  1  version, 1
 *  2  1  kind: 1 debit, 2 undo of the last debit
 *  3  8  card id
 * 11  1  peer role, as in {@link CardCertificate}
 * 12  8  peer id, ASCII
 * 20  4  peer transaction number
 * 24  4  card transaction number
 * 28  2  day, {@link CardDays}, as the peer told it
 * 30  2  currency, ISO 4217 numeric
 * 32  8  amount, mils
 * 40  8  balance after, mils
 * 48  8  ascending register after (Ac), mils
 * </pre>
 */
public record DebitReceipt(
        int kind,
        byte[] cardId,
        int peerRole,
        byte[] peerId,
        long peerTransaction,
        long cardTransaction,
        int day,
        int currencyNumeric,
        long amountMils,
        long balanceMils,
        long spentMils) {

    public static final int BYTES = 56;
    public static final int DEBIT = 1;
    public static final int UNDO = 2;

    public DebitReceipt {
        cardId = cardId.clone();
        peerId = peerId.clone();
    }

    public static DebitReceipt parse(byte[] body) throws CardRecordException {
        if (body.length != BYTES || (body[0] & 0xFF) != 0xB2 || body[1] != 1) {
            throw new CardRecordException("not a debit receipt, version 1");
        }
        if (body[2] != DEBIT && body[2] != UNDO) {
            throw new CardRecordException("debit receipt of kind " + (body[2] & 0xFF));
        }
        if (body[32] < 0 || body[40] < 0 || body[48] < 0) {
            throw new CardRecordException("debit receipt with a negative amount");
        }
        ByteBuffer in = ByteBuffer.wrap(body, 20, 36);
        return new DebitReceipt(
                body[2],
                Arrays.copyOfRange(body, 3, 11),
                body[11],
                Arrays.copyOfRange(body, 12, 20),
                in.getInt() & 0xFFFFFFFFL,
                in.getInt() & 0xFFFFFFFFL,
                in.getShort() & 0xFFFF,
                in.getShort() & 0xFFFF,
                in.getLong(),
                in.getLong(),
                in.getLong());
    }

    @Override
    public byte[] cardId() {
        return cardId.clone();
    }

    @Override
    public byte[] peerId() {
        return peerId.clone();
    }
}
