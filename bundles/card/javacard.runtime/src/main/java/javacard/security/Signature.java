// SPDX-License-Identifier: Apache-2.0
package javacard.security;

import org.porto.javacard.runtime.internal.AesMac;
import org.porto.javacard.runtime.internal.EcdsaSignature;

/** As in Java Card: ECDSA with SHA-256, and the AES CBC-MAC without padding. */
public abstract class Signature {

    public static final byte ALG_AES_MAC_128_NOPAD = 18;
    public static final byte ALG_ECDSA_SHA = 17;
    public static final byte ALG_ECDSA_SHA_256 = 33;

    public static final byte MODE_SIGN = 1;
    public static final byte MODE_VERIFY = 2;

    protected Signature() {}

    public static final Signature getInstance(byte algorithm, boolean externalAccess) throws CryptoException {
        switch (algorithm) {
            case ALG_ECDSA_SHA_256:
                return new EcdsaSignature();
            case ALG_AES_MAC_128_NOPAD:
                return new AesMac();
            default:
                throw new CryptoException(CryptoException.NO_SUCH_ALGORITHM);
        }
    }

    public abstract void init(Key theKey, byte theMode) throws CryptoException;

    public abstract void init(Key theKey, byte theMode, byte[] bArray, short bOff, short bLen) throws CryptoException;

    public abstract byte getAlgorithm();

    public abstract short getLength() throws CryptoException;

    public abstract void update(byte[] inBuff, short inOffset, short inLength) throws CryptoException;

    public abstract short sign(byte[] inBuff, short inOffset, short inLength, byte[] sigBuff, short sigOffset)
            throws CryptoException;

    public abstract boolean verify(
            byte[] inBuff, short inOffset, short inLength, byte[] sigBuff, short sigOffset, short sigLength)
            throws CryptoException;
}
