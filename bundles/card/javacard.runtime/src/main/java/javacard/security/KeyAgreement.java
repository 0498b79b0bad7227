// SPDX-License-Identifier: Apache-2.0
package javacard.security;

import org.porto.javacard.runtime.internal.EcAgreement;

/** As in Java Card: plain Diffie-Hellman on P-256. */
public abstract class KeyAgreement {

    public static final byte ALG_EC_SVDP_DH = 1;
    public static final byte ALG_EC_SVDP_DH_KDF = 1;
    public static final byte ALG_EC_SVDP_DHC = 2;
    public static final byte ALG_EC_SVDP_DHC_KDF = 2;
    public static final byte ALG_EC_SVDP_DH_PLAIN = 3;
    public static final byte ALG_EC_SVDP_DHC_PLAIN = 4;

    protected KeyAgreement() {}

    public static final KeyAgreement getInstance(byte algorithm, boolean externalAccess) throws CryptoException {
        if (algorithm != ALG_EC_SVDP_DH_PLAIN) {
            CryptoException.throwIt(CryptoException.NO_SUCH_ALGORITHM);
        }
        return new EcAgreement();
    }

    public abstract void init(PrivateKey privKey) throws CryptoException;

    public abstract byte getAlgorithm();

    public abstract short generateSecret(
            byte[] publicData, short publicOffset, short publicLength, byte[] secret, short secretOffset)
            throws CryptoException;
}
