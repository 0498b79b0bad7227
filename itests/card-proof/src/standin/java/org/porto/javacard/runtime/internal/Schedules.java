// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import org.porto.proof.card.SharedAes;

/** AES of the simulation's cards: as it is, but that expanded keys are shared with the host's side. */
final class Schedules {

    private static final int BLOCK = 16;

    private final SharedAes aes = SharedAes.here();

    byte[] cbc(boolean encrypt, AesKey key, byte[] iv, byte[] text, int offset, int length) {
        return encrypt ? aes.encrypt(key.value(), iv, text, offset, length) : aes.decrypt(key.value(), iv, text, offset, length);
    }

    byte[] ecb(boolean encrypt, AesKey key, byte[] text, int offset, int length) {
        if (length != BLOCK) {
            throw new IllegalArgumentException("the purse encrypts single blocks only");
        }
        return cbc(encrypt, key, null, text, offset, length);
    }

    void forget() {
        // they are found by the bytes of the key
    }
}
