// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.util.Arrays;

/** The fuzzer's bytes, read as choices; zeros when they are used up. */
final class Feed {

    private final byte[] bytes;
    private int at;

    Feed(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean more() {
        return at < bytes.length;
    }

    int next() {
        return at < bytes.length ? bytes[at++] & 0xFF : 0;
    }

    int choice(int of) {
        return next() % of;
    }

    boolean seldom() {
        return next() >= 0xD0;
    }

    byte[] take(int length) {
        byte[] out = Arrays.copyOfRange(bytes, Math.min(at, bytes.length), Math.min(at, bytes.length) + length);
        at = Math.min(bytes.length, at + length);
        return out;
    }

    int number(int length) {
        int value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | next();
        }
        return value;
    }

    long wide() {
        return (long) number(4) << 32 | number(4) & 0xFFFFFFFFL;
    }

    /** As it is, or with a bit turned, cut, longer or wholly other. */
    byte[] bent(byte[] message) {
        if (!seldom()) {
            return message;
        }
        byte[] out = message.clone();
        switch (choice(5)) {
            case 0:
                return Arrays.copyOf(out, choice(out.length + 1));
            case 1:
                return Arrays.copyOf(out, Math.min(255, out.length + 1 + choice(40)));
            case 2:
                return take(next());
            default:
                for (int i = choice(3); i >= 0 && out.length > 0; i--) {
                    out[choice(out.length)] = (byte) next();
                }
                return out;
        }
    }
}
