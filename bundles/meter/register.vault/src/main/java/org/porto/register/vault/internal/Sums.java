// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Currency;
import java.util.zip.CRC32C;

/** What one thread computes over records with, used again and again: making these anew for each takes longer than using them. */
final class Sums {

    private final CRC32C crc = new CRC32C();
    private final MessageDigest sha256;
    private int currencyCode;
    private Currency currency;

    Sums() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    int crc(byte[] bytes, int from, int length) {
        crc.reset();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    byte[] sha256(byte[] bytes, int from, int length) {
        sha256.update(bytes, from, length);
        return sha256.digest();
    }

    /** Into an array that is there. */
    void sha256(byte[] bytes, int from, int length, byte[] into) {
        sha256.update(bytes, from, length);
        try {
            sha256.digest(into, 0, RecordCodec.HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("a hash fits its array", e);
        }
    }

    /** By its three letters; nearly always the one before. */
    Currency currency(byte a, byte b, byte c) {
        int code = (a & 0xFF) << 16 | (b & 0xFF) << 8 | c & 0xFF;
        if (currency == null || code != currencyCode) {
            currency = Currency.getInstance(new String(new byte[] {a, b, c}, StandardCharsets.US_ASCII));
            currencyCode = code;
        }
        return currency;
    }
}
