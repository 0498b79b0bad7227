// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Transaction ids of franked pieces. */
final class Ids {

    private Ids() {}

    /** The one given, or a fresh random one when it is empty. */
    static TransactionId given(String id) throws RefusedException {
        if (!id.isEmpty()) {
            return TransactionId.parse(id);
        }
        byte[] random = new byte[TransactionId.BYTES];
        new SecureRandom().nextBytes(random);
        return TransactionId.of(random);
    }

    /** First 16 bytes of SHA-256 over the run id and the line number: the same line of the same run is never paid twice. */
    static TransactionId ofLine(TransactionId run, long line) {
        byte[] name = ByteBuffer.allocate(TransactionId.BYTES + Long.BYTES).put(run.bytes()).putLong(line).array();
        try {
            return TransactionId.of(
                    Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(name), TransactionId.BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform has no SHA-256", e);
        }
    }
}
