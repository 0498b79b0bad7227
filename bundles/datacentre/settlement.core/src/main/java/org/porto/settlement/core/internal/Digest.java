// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.porto.model.api.DeviceId;
import org.porto.model.api.TransactionId;

/** Posting ids that anybody can work out again from what is booked (rule L2). */
final class Digest {

    private Digest() {}

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static TransactionId record(DeviceId meter, long sequence, int leg) {
        return id(sha256(meter.bytes(), ByteBuffer.allocate(9).putLong(sequence).put((byte) leg).array()));
    }

    /**
     * Over the signed body only: the same receipt under another valid signature (ECDSA has several) is the same money.
     */
    static TransactionId receipt(byte[] body) {
        return id(sha256(body));
    }

    private static TransactionId id(byte[] hash) {
        return TransactionId.of(Arrays.copyOf(hash, TransactionId.BYTES));
    }
}
