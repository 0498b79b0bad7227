// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import javacard.security.CryptoException;
import javacard.security.Key;
import javacard.security.Signature;

/** AES CBC-MAC: the last block, no padding. */
public final class AesMac extends Signature implements Engine {

    private static final int BLOCK = 16;

    private final Schedules schedules = Card.schedules();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    /** Whether there is anything in it. */
    private boolean begun;
    private byte[] iv;
    private byte mode;
    private AesKey key;

    public AesMac() {
        Card.engine(this);
    }

    @Override
    public void forget() {
        key = null;
        forgetMessage();
    }

    @Override
    public void init(Key theKey, byte theMode) {
        start(theKey, theMode, new byte[BLOCK]);
    }

    @Override
    public void init(Key theKey, byte theMode, byte[] bArray, short bOff, short bLen) {
        if (bLen != BLOCK) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
        start(theKey, theMode, Arrays.copyOfRange(bArray, bOff, bOff + bLen));
    }

    private void start(Key theKey, byte theMode, byte[] vector) {
        key = null;
        forgetMessage();
        if (!(theKey instanceof AesKey) || theMode != MODE_SIGN && theMode != MODE_VERIFY) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
        if (!theKey.isInitialized()) {
            CryptoException.throwIt(CryptoException.UNINITIALIZED_KEY);
        }
        key = (AesKey) theKey;
        mode = theMode;
        iv = vector;
    }

    @Override
    public byte getAlgorithm() {
        return ALG_AES_MAC_128_NOPAD;
    }

    @Override
    public short getLength() {
        return BLOCK;
    }

    @Override
    public void update(byte[] inBuff, short inOffset, short inLength) {
        begun = true;
        message.write(inBuff, inOffset, inLength);
    }

    private void forgetMessage() {
        if (begun) {
            message.reset();
            begun = false;
        }
    }

    private byte[] mac(byte wanted, byte[] buffer, int offset, int length) {
        if (key == null || mode != wanted) {
            CryptoException.throwIt(CryptoException.INVALID_INIT);
        }
        byte[] text = buffer;
        int from = offset;
        int size = length;
        if (begun) {
            message.write(buffer, offset, length);
            text = message.toByteArray();
            from = 0;
            size = text.length;
            forgetMessage();
        }
        if (size == 0 || size % BLOCK != 0) {
            CryptoException.throwIt(CryptoException.ILLEGAL_USE);
        }
        byte[] cbc = schedules.cbc(true, key, iv, text, from, size);
        return Arrays.copyOfRange(cbc, size - BLOCK, size);
    }

    @Override
    public short sign(byte[] inBuff, short inOffset, short inLength, byte[] sigBuff, short sigOffset) {
        Output.put(mac(MODE_SIGN, inBuff, inOffset, inLength), sigBuff, sigOffset);
        return BLOCK;
    }

    @Override
    public boolean verify(
            byte[] inBuff, short inOffset, short inLength, byte[] sigBuff, short sigOffset, short sigLength) {
        byte[] mac = mac(MODE_VERIFY, inBuff, inOffset, inLength);
        return MessageDigest.isEqual(mac, Arrays.copyOfRange(sigBuff, sigOffset, sigOffset + sigLength));
    }
}
