// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.card;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A card's signed answer to an order (rules R2, R6, R8). 47 bytes, signed with the card's key.
 *
 * <pre>
 *  0  1  0xB1
 *  1  1  version, 1
 *  2  1  result, see the constants
 *  3  8  card id
 * 11 16  authorisation id
 * 27  8  control sum now (P1), mils
 * 35  8  balance now, mils
 * 43  4  card transaction number
 * </pre>
 */
public record ApplyReceipt(
        int result, byte[] cardId, byte[] authorisationId, long controlSum, long balanceMils, long cardTransaction) {

    public static final int BYTES = 47;
    /** Done now. */
    public static final int APPLIED = 1;
    /** This very order was obeyed before; nothing changed now. */
    public static final int USED = 2;
    /** The card's control sum is behind: keep the order. */
    public static final int FUTURE = 3;
    /** The card's control sum, or its order sequence, is beyond: the order can never be obeyed. */
    public static final int STALE = 4;
    /** Refused: balance would exceed its maximum. Nothing changed; keep the order. */
    public static final int OVERFLOW = 5;
    /** Refused: the card is invalidated or terminated. */
    public static final int BLOCKED = 6;
    /** Refused: currency is not the card's. */
    public static final int WRONG_CURRENCY = 7;

    public ApplyReceipt {
        cardId = cardId.clone();
        authorisationId = authorisationId.clone();
    }

    public static ApplyReceipt parse(byte[] body) throws CardRecordException {
        if (body.length != BYTES || (body[0] & 0xFF) != 0xB1 || body[1] != 1) {
            throw new CardRecordException("not an apply receipt, version 1");
        }
        if (body[2] < APPLIED || body[2] > WRONG_CURRENCY) {
            throw new CardRecordException("apply receipt with result " + (body[2] & 0xFF));
        }
        if (body[27] < 0 || body[35] < 0) {
            throw new CardRecordException("apply receipt with a negative amount");
        }
        ByteBuffer in = ByteBuffer.wrap(body, 27, 20);
        return new ApplyReceipt(
                body[2],
                Arrays.copyOfRange(body, 3, 11),
                Arrays.copyOfRange(body, 11, 27),
                in.getLong(),
                in.getLong(),
                in.getInt() & 0xFFFFFFFFL);
    }

    @Override
    public byte[] cardId() {
        return cardId.clone();
    }

    @Override
    public byte[] authorisationId() {
        return authorisationId.clone();
    }
}
