// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

import java.util.HexFormat;
import java.util.Objects;

/**
 * A client-made transaction id: 128 bits, written as 32 lower-case hex digits (rule L2). The same id with the same
 * contents has the same answer; with other contents it is refused.
 */
public record TransactionId(String value) implements Comparable<TransactionId> {

    public static final int BYTES = 16;

    public TransactionId {
        Objects.requireNonNull(value, "value");
        if (!HexForm.has(value, 2 * BYTES, 'a')) {
            throw new IllegalArgumentException("transaction id is 32 hex digits, not '" + value + "'");
        }
    }

    /** @throws RefusedException {@code MOD-004} when it is not 32 hex digits (hyphens are taken out first) */
    public static TransactionId parse(String text) throws RefusedException {
        String plain = text.strip().replace("-", "").toLowerCase(java.util.Locale.ROOT);
        if (!HexForm.has(plain, 2 * BYTES, 'a')) {
            throw new RefusedException(ModelCode.IDENTITY_UNREADABLE, "transaction id '" + text + "'");
        }
        return new TransactionId(plain);
    }

    public static TransactionId of(byte[] sixteen) {
        if (sixteen.length != BYTES) {
            throw new IllegalArgumentException("transaction id has 16 bytes, not " + sixteen.length);
        }
        return new TransactionId(HexFormat.of().formatHex(sixteen));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(value);
    }

    @Override
    public int compareTo(TransactionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
