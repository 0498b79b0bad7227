// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

import java.util.HexFormat;
import java.util.Objects;

/** Serial number of a purse card: 8 bytes, written as 16 upper-case hex digits (rule N2). */
public record CardId(String value) implements Comparable<CardId> {

    public static final int BYTES = 8;

    public CardId {
        Objects.requireNonNull(value, "value");
        if (!HexForm.has(value, 2 * BYTES, 'A')) {
            throw new IllegalArgumentException("card id is 16 hex digits, not '" + value + "'");
        }
    }

    /** @throws RefusedException {@code MOD-004} when it is not 16 hex digits */
    public static CardId parse(String text) throws RefusedException {
        String plain = text.strip().toUpperCase(java.util.Locale.ROOT);
        if (!HexForm.has(plain, 2 * BYTES, 'A')) {
            throw new RefusedException(ModelCode.IDENTITY_UNREADABLE, "card id '" + text + "'");
        }
        return new CardId(plain);
    }

    public static CardId of(byte[] eight) {
        if (eight.length != BYTES) {
            throw new IllegalArgumentException("card id has 8 bytes, not " + eight.length);
        }
        return new CardId(HexFormat.of().withUpperCase().formatHex(eight));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(value);
    }

    @Override
    public int compareTo(CardId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
