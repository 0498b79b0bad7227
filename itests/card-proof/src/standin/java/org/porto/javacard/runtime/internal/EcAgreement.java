// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.util.Arrays;
import javacard.security.CryptoException;
import javacard.security.KeyAgreement;
import javacard.security.PrivateKey;
import org.porto.proof.card.CheapCrypto;

/** Stands in for ECDH in the simulation: see CheapCrypto. */
public final class EcAgreement extends KeyAgreement implements Engine {

    private EcPrivate key;

    public EcAgreement() {
        Card.engine(this);
    }

    @Override
    public void forget() {
        key = null;
    }

    @Override
    public void init(PrivateKey privKey) {
        if (!(privKey instanceof EcPrivate)) {
            throw new CryptoException(CryptoException.ILLEGAL_VALUE);
        }
        if (!privKey.isInitialized()) {
            CryptoException.throwIt(CryptoException.UNINITIALIZED_KEY);
        }
        key = (EcPrivate) privKey;
    }

    @Override
    public byte getAlgorithm() {
        return ALG_EC_SVDP_DH_PLAIN;
    }

    @Override
    public short generateSecret(
            byte[] publicData, short publicOffset, short publicLength, byte[] secret, short secretOffset) {
        if (key == null) {
            CryptoException.throwIt(CryptoException.INVALID_INIT);
        }
        byte[] point = Arrays.copyOfRange(publicData, publicOffset, publicOffset + publicLength);
        byte[] x = CheapCrypto.agreed(CheapCrypto.point(key.value()), point);
        Output.put(x, secret, secretOffset);
        return (short) x.length;
    }
}
