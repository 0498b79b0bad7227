// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.card;

import java.nio.ByteBuffer;

/**
 * An order of the data centre to one card, the signed inside of an envelope (rule R1).
 *
 * <pre>
 *  0  1  0xA1
 *  1  1  version, 1
 *  2  1  kind, see the constants
 *  3  1  version of the data-centre key that signs
 *  4  8  card id
 * 12 16  authorisation id
 * 28  4  sequence, rising per card
 * 32  2  last day, {@link CardDays}; a card has no clock, so stations enforce it (R7)
 * 34     recharge and burn: currency 2 (ISO 4217 numeric), amount 8 (mils), control sum the card must have 8
 *        pairing: meter serial 8, secret 16, most per transfer 8 (mils)
 *        key: whose 1 (1 data centre, 2 issuer), its version 1, SHA-256 of its point (65 bytes, uncompressed) 32
 *        others: nothing
 * </pre>
 *
 * <p>The signature (DER) is over all of it. Sequence of non-recharge orders must exceed the last one that the card obeyed.
 */
public record CardOrder(
        int kind, int keyVersion, byte[] cardId, byte[] authorisationId, long sequence, int notAfterDay, byte[] detail) {

    public static final int RECHARGE = 1;
    public static final int BURN = 2;
    public static final int PAIRING = 3;
    public static final int UNBLOCK_PIN = 4;
    public static final int INVALIDATE = 5;
    public static final int REHABILITATE = 6;
    public static final int TERMINATE = 7;
    /** Rolls over a key of the data centre or the issuer; the key itself is shown to the card before (SHOW KEY). */
    public static final int KEY = 8;

    public static final int HEAD_BYTES = 34;
    public static final int VALUE_DETAIL_BYTES = 18;
    public static final int PAIRING_DETAIL_BYTES = 32;
    public static final int KEY_DETAIL_BYTES = 34;
    public static final int OF_DATACENTRE = 1;
    public static final int OF_ISSUER = 2;

    public CardOrder {
        cardId = cardId.clone();
        authorisationId = authorisationId.clone();
        detail = detail.clone();
        if (cardId.length != 8 || authorisationId.length != 16 || detail.length != detailBytes(kind)) {
            throw new IllegalArgumentException("field of wrong length in a card order of kind " + kind);
        }
        if (keyVersion < 0 || keyVersion > 0xFF || sequence < 0 || sequence > 0xFFFFFFFFL || notAfterDay < 0 || notAfterDay > 0xFFFF) {
            throw new IllegalArgumentException("key version, sequence or day does not fit its field");
        }
    }

    /** Length of the kind's own part, -1 for an unknown kind. */
    public static int detailBytes(int kind) {
        return switch (kind) {
            case RECHARGE, BURN -> VALUE_DETAIL_BYTES;
            case PAIRING -> PAIRING_DETAIL_BYTES;
            case UNBLOCK_PIN, INVALIDATE, REHABILITATE, TERMINATE -> 0;
            case KEY -> KEY_DETAIL_BYTES;
            default -> -1;
        };
    }

    /** The own part of a recharge or burn. */
    public static byte[] valueDetail(int currencyNumeric, long amountMils, long controlSum) {
        if (currencyNumeric < 0 || currencyNumeric > 0xFFFF) {
            throw new IllegalArgumentException("currency " + currencyNumeric);
        }
        return ByteBuffer.allocate(VALUE_DETAIL_BYTES)
                .putShort((short) currencyNumeric)
                .putLong(amountMils)
                .putLong(controlSum)
                .array();
    }

    /** The own part of a pairing. */
    public static byte[] pairingDetail(byte[] meterSerial, byte[] secret, long transferMilsMax) {
        if (meterSerial.length != 8 || secret.length != 16) {
            throw new IllegalArgumentException("serial of " + meterSerial.length + " or secret of " + secret.length + " bytes");
        }
        return ByteBuffer.allocate(PAIRING_DETAIL_BYTES)
                .put(meterSerial)
                .put(secret)
                .putLong(transferMilsMax)
                .array();
    }

    /** The own part of a roll-over. @param whose {@link #OF_DATACENTRE} or {@link #OF_ISSUER} @param version above the card's newest */
    public static byte[] keyDetail(int whose, int version, byte[] pointHash) {
        if (whose < OF_DATACENTRE || whose > OF_ISSUER || version < 1 || version > 0xFF || pointHash.length != 32) {
            throw new IllegalArgumentException("key " + whose + ", version " + version + ", hash of " + pointHash.length + " bytes");
        }
        return ByteBuffer.allocate(KEY_DETAIL_BYTES).put((byte) whose).put((byte) version).put(pointHash).array();
    }

    public byte[] encoded() {
        return ByteBuffer.allocate(HEAD_BYTES + detail.length)
                .put((byte) 0xA1)
                .put((byte) 1)
                .put((byte) kind)
                .put((byte) keyVersion)
                .put(cardId)
                .put(authorisationId)
                .putInt((int) sequence)
                .putShort((short) notAfterDay)
                .put(detail)
                .array();
    }

    @Override
    public byte[] cardId() {
        return cardId.clone();
    }

    @Override
    public byte[] authorisationId() {
        return authorisationId.clone();
    }

    @Override
    public byte[] detail() {
        return detail.clone();
    }
}
