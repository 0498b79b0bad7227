// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.util.Arrays;
import javacard.security.CryptoException;
import javacard.security.Key;
import javacardx.crypto.Cipher;

/** AES-128 in CBC or ECB mode without padding. */
public final class AesCipher extends Cipher implements Engine {

    private static final int BLOCK = 16;

    private final byte algorithm;
    private final Schedules schedules;
    private AesKey key;
    private byte[] iv;
    private byte[] chain;
    private byte mode;

    public AesCipher(byte algorithm) {
        this.algorithm = algorithm;
        this.schedules = Card.schedules();
        Card.engine(this);
    }

    @Override
    public void forget() {
        key = null;
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
        boolean encrypt = mode == MODE_ENCRYPT;
        byte[] result = chain == null
                ? schedules.ecb(encrypt, key, inBuff, inOffset, inLength)
                : schedules.cbc(encrypt, key, chain, inBuff, inOffset, inLength);
        if (chain != null) {
            int last = inLength - BLOCK;
            chain = encrypt
                    ? Arrays.copyOfRange(result, last, inLength)
                    : Arrays.copyOfRange(inBuff, inOffset + last, inOffset + inLength);
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
