// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.security.GeneralSecurityException;
import java.util.IdentityHashMap;
import java.util.Map;
import javacard.security.CryptoException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A card's AES-128 by the platform, one cipher a key for all engines: to expand a key takes the platform as long as to encrypt twenty
 * blocks, and with the same bytes it is not done again. Of one card, used by one thread.
 */
final class Schedules {

    private static final String PROVIDER = "SunJCE";
    private static final String TRANSFORMATION = "AES/CBC/NoPadding";
    private static final int BLOCK = 16;
    private static final IvParameterSpec ZERO = new IvParameterSpec(new byte[BLOCK]);

    private final Map<AesKey, Cipher> ciphers = new IdentityHashMap<>();

    byte[] cbc(boolean encrypt, AesKey key, byte[] iv, byte[] text, int offset, int length) {
        return crypt(encrypt, key, new IvParameterSpec(iv), text, offset, length);
    }

    /** Of one block it is CBC with a zero vector. */
    byte[] ecb(boolean encrypt, AesKey key, byte[] text, int offset, int length) {
        if (length == BLOCK) {
            return crypt(encrypt, key, ZERO, text, offset, length);
        }
        byte[] all = new byte[length];
        for (int at = 0; at < length; at += BLOCK) {
            System.arraycopy(crypt(encrypt, key, ZERO, text, offset + at, BLOCK), 0, all, at, BLOCK);
        }
        return all;
    }

    private byte[] crypt(boolean encrypt, AesKey key, IvParameterSpec iv, byte[] text, int offset, int length) {
        try {
            Cipher cipher = ciphers.get(key);
            if (cipher == null) {
                cipher = Cipher.getInstance(TRANSFORMATION, PROVIDER);
                ciphers.put(key, cipher);
            }
            cipher.init(encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, new SecretKeySpec(key.value(), "AES"), iv);
            return cipher.doFinal(text, offset, length);
        } catch (GeneralSecurityException e) {
            throw new CryptoException(CryptoException.ILLEGAL_USE);
        }
    }

    void forget() {
        ciphers.clear();
    }
}
