// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * The data centre's order to one meter how a transfer in doubt ends (rule T7). 93 bytes, then the data centre's signature: 64 bytes, r and s,
 * by the key of its pinned certificate.
 *
 * <pre>
 *  0  1  0xC1
 *  1  1  version, 1
 *  2  1  outcome: 1 done (T to X and F), 2 undone (T back to D)
 *  3  8  serial of the meter, ASCII
 * 11 16  transaction id
 * 27  8  card id
 * 35  8  amount, mils
 * 43  8  fee, mils
 * 51  2  currency, ISO 4217 numeric
 * 53  8  given at, seconds since 1970
 * 61 32  SHA-256 of the card's receipt that proves it, zeros when there is none
 * </pre>
 *
 * <p>Offering it again, to whomever, does nothing more: it names one transfer of one meter, and that ends once.
 */
public record SettlementOrder(
        int outcome,
        String meter,
        byte[] transaction,
        byte[] card,
        long amountMils,
        long feeMils,
        int currencyNumeric,
        Instant given,
        byte[] proof) {

    public static final int BYTES = 93;
    public static final int SIGNATURE_BYTES = 64;
    public static final int DONE = 1;
    public static final int UNDONE = 2;

    private static final int TAG = 0xC1;
    private static final int VERSION = 1;

    public SettlementOrder {
        transaction = transaction.clone();
        card = card.clone();
        proof = proof.clone();
        if (meter.length() != 8 || transaction.length != 16 || card.length != 8 || proof.length != 32) {
            throw new IllegalArgumentException("field of wrong length in a settlement order");
        }
        if ((outcome != DONE && outcome != UNDONE) || amountMils <= 0 || feeMils < 0 || currencyNumeric < 0 || currencyNumeric > 999) {
            throw new IllegalArgumentException("outcome, amount or currency of a settlement order");
        }
    }

    /** The signed bytes. */
    public byte[] encoded() {
        return ByteBuffer.allocate(BYTES)
                .put((byte) TAG)
                .put((byte) VERSION)
                .put((byte) outcome)
                .put(meter.getBytes(StandardCharsets.US_ASCII))
                .put(transaction)
                .put(card)
                .putLong(amountMils)
                .putLong(feeMils)
                .putShort((short) currencyNumeric)
                .putLong(given.getEpochSecond())
                .put(proof)
                .array();
    }

    /** @throws IOException when the bytes are no order with a signature behind it */
    public static SettlementOrder parse(byte[] signed) throws IOException {
        if (signed.length != BYTES + SIGNATURE_BYTES || (signed[0] & 0xFF) != TAG || signed[1] != VERSION) {
            throw new IOException("not a settlement order, version 1");
        }
        ByteBuffer in = ByteBuffer.wrap(signed, 35, 26);
        try {
            return new SettlementOrder(
                    signed[2],
                    new String(signed, 3, 8, StandardCharsets.US_ASCII),
                    Arrays.copyOfRange(signed, 11, 27),
                    Arrays.copyOfRange(signed, 27, 35),
                    in.getLong(),
                    in.getLong(),
                    in.getShort(),
                    Instant.ofEpochSecond(in.getLong()),
                    Arrays.copyOfRange(signed, 61, 93));
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new IOException("settlement order: " + e.getMessage(), e);
        }
    }

    /** What of a signed order is signed. */
    public static byte[] body(byte[] signed) {
        return Arrays.copyOf(signed, BYTES);
    }

    /** The signature behind it. */
    public static byte[] signature(byte[] signed) {
        return Arrays.copyOfRange(signed, BYTES, BYTES + SIGNATURE_BYTES);
    }

    @Override
    public byte[] transaction() {
        return transaction.clone();
    }

    @Override
    public byte[] card() {
        return card.clone();
    }

    @Override
    public byte[] proof() {
        return proof.clone();
    }
}
