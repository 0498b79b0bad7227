// SPDX-License-Identifier: Apache-2.0
package javacard.security;

import org.porto.javacard.runtime.internal.EcPrivate;
import org.porto.javacard.runtime.internal.EcPublic;
import org.porto.javacard.runtime.internal.Jca;

/** As in Java Card: P-256. */
public final class KeyPair {

    public static final byte ALG_RSA = 1;
    public static final byte ALG_RSA_CRT = 2;
    public static final byte ALG_DSA = 3;
    public static final byte ALG_EC_F2M = 4;
    public static final byte ALG_EC_FP = 5;

    private final EcPublic publicKey;
    private final EcPrivate privateKey;

    public KeyPair(byte algorithm, short keyLength) throws CryptoException {
        if (algorithm != ALG_EC_FP || keyLength != KeyBuilder.LENGTH_EC_FP_256) {
            CryptoException.throwIt(CryptoException.NO_SUCH_ALGORITHM);
        }
        this.publicKey = new EcPublic();
        this.privateKey = new EcPrivate();
    }

    public KeyPair(PublicKey publicKey, PrivateKey privateKey) throws CryptoException {
        if (!(publicKey instanceof EcPublic) || !(privateKey instanceof EcPrivate)) {
            throw new CryptoException(CryptoException.NO_SUCH_ALGORITHM);
        }
        this.publicKey = (EcPublic) publicKey;
        this.privateKey = (EcPrivate) privateKey;
    }

    public final void genKeyPair() throws CryptoException {
        Jca.generate(publicKey, privateKey);
    }

    public PublicKey getPublic() {
        return publicKey;
    }

    public PrivateKey getPrivate() {
        return privateKey;
    }
}
