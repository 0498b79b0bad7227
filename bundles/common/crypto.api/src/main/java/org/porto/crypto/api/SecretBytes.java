// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.api;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;

/** Secret bytes that zero themselves on close, compare in constant time and never print. Not thread-safe against close. */
public final class SecretBytes implements AutoCloseable {

    private final byte[] bytes;
    private boolean closed;

    private SecretBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    public static SecretBytes copyOf(byte[] secret) {
        return new SecretBytes(secret.clone());
    }

    /** Takes the array over: the caller must not keep it. */
    public static SecretBytes owning(byte[] secret) {
        return new SecretBytes(Objects.requireNonNull(secret));
    }

    public int length() {
        return bytes.length;
    }

    /** A copy that the caller must zero. */
    public byte[] expose(SecretAccess access) {
        Objects.requireNonNull(access);
        if (closed) {
            throw new IllegalStateException("secret is closed");
        }
        return bytes.clone();
    }

    /** Constant-time comparison of contents. */
    public boolean sameAs(SecretBytes other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }

    @Override
    public void close() {
        closed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "SecretBytes[" + bytes.length + "]";
    }
}
