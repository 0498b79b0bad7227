// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import javacard.security.CryptoException;
import javacard.security.Key;
import javacardx.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-128 in CBC or ECB mode without padding. */
public final class AesCipher extends Cipher implements Engine {

    private static final String PROVIDER = "SunJCE";
    private static final int BLOCK = 16;

    private final byte algorithm;
    private final Schedules schedules;
    private AesKey key;
    private byte[] iv;
    private byte[] chain;
    private byte mode;

    public AesCipher(byte algorithm) {
        this.algorithm = algorithm;
        this.schedules = new Schedules(algorithm == ALG_AES_BLOCK_128_CBC_NOPAD);
        Card.engine(this);
    }

    /**
     * Ciphers by key: one that is set up again with the same bytes keeps its expanded key. Of one engine, used by one thread.
     */
    static final class Schedules {
        private final Map<AesKey, javax.crypto.Cipher> ciphers = new IdentityHashMap<>();
        private final String transformation;

        Schedules(boolean chained) {
            transformation = chained ? "AES/CBC/NoPadding" : "AES/ECB/NoPadding";
        }

        /** @param iv null for ECB */
        byte[] crypt(int mode, AesKey key, byte[] iv, byte[] text, int length) {
            try {
                javax.crypto.Cipher cipher = ciphers.get(key);
                if (cipher == null) {
                    cipher = javax.crypto.Cipher.getInstance(transformation, PROVIDER);
                    ciphers.put(key, cipher);
                }
                SecretKeySpec spec = new SecretKeySpec(key.value(), "AES");
                if (iv == null) {
                    cipher.init(mode, spec);
                } else {
                    cipher.init(mode, spec, new IvParameterSpec(iv));
                }
                return cipher.doFinal(text, 0, length);
            } catch (GeneralSecurityException e) {
                throw new CryptoException(CryptoException.ILLEGAL_USE);
            }
        }

        void forget() {
            ciphers.clear();
        }
    }

    @Override
    public void forget() {
        key = null;
        schedules.forget();
    }

    @Override
    public void init(Key theKey, byte theMode) {
        start(theKey, theMode, algorithm == ALG_AES_BLOCK_128_CBC_NOPAD ? new byte[BLOCK] : null);
    }

    @Override
    public void init(Key theKey, byte theMode, byte[] bArray, short bOff, short bLen) {
        if (algorithm != ALG_AES_BLOCK_128_CBC_NOPAD || bLen != BLOCK) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
        start(theKey, theMode, Arrays.copyOfRange(bArray, bOff, bOff + bLen));
    }

    private void start(Key theKey, byte theMode, byte[] vector) {
        key = null;
        if (!(theKey instanceof AesKey) || theMode != MODE_DECRYPT && theMode != MODE_ENCRYPT) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
        if (!theKey.isInitialized()) {
            CryptoException.throwIt(CryptoException.UNINITIALIZED_KEY);
        }
        key = (AesKey) theKey;
        mode = theMode;
        iv = vector;
        chain = vector;
    }

    @Override
    public byte getAlgorithm() {
        return algorithm;
    }

    @Override
    public short update(byte[] inBuff, short inOffset, short inLength, byte[] outBuff, short outOffset) {
        if (key == null) {
            CryptoException.throwIt(CryptoException.INVALID_INIT);
        }
        if (inLength % BLOCK != 0) {
            CryptoException.throwIt(CryptoException.ILLEGAL_USE);
        }
        if (inLength == 0) {
            return 0;
        }
        byte[] text = Arrays.copyOfRange(inBuff, inOffset, inOffset + inLength);
        boolean encrypt = mode == MODE_ENCRYPT;
        byte[] result = schedules.crypt(
                encrypt ? javax.crypto.Cipher.ENCRYPT_MODE : javax.crypto.Cipher.DECRYPT_MODE,
                key,
                chain,
                text,
                text.length);
        if (chain != null) {
            byte[] last = encrypt ? result : text;
            chain = Arrays.copyOfRange(last, last.length - BLOCK, last.length);
        }
        Output.put(result, outBuff, outOffset);
        return inLength;
    }

    @Override
    public short doFinal(byte[] inBuff, short inOffset, short inLength, byte[] outBuff, short outOffset) {
        short length = update(inBuff, inOffset, inLength, outBuff, outOffset);
        chain = iv;
        return length;
    }
}
