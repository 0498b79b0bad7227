// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import javacard.security.CryptoException;
import org.porto.proof.card.CheapCrypto;

/** Stands in for key pairs of P-256 in the simulation: see CheapCrypto. Points are not looked at. */
public final class Jca {

    static final String EC_PROVIDER = "SunEC";
    static final ECParameterSpec P256 = p256();

    private static final int COORDINATE = 32;

    private Jca() {}

    private static ECParameterSpec p256() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC", EC_PROVIDER);
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static BigInteger prime() {
        return ((ECFieldFp) P256.getCurve().getField()).getP();
    }

    static byte[] fixed(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[COORDINATE];
        int length = Math.min(bytes.length, COORDINATE);
        System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE - length, length);
        return fixed;
    }

    static byte[] encode(ECPoint point) {
        byte[] encoded = new byte[1 + 2 * COORDINATE];
        encoded[0] = 4;
        System.arraycopy(fixed(point.getAffineX()), 0, encoded, 1, COORDINATE);
        System.arraycopy(fixed(point.getAffineY()), 0, encoded, 1 + COORDINATE, COORDINATE);
        return encoded;
    }

    static ECPoint decode(byte[] encoded) {
        if (encoded.length != 1 + 2 * COORDINATE || encoded[0] != 4) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
        return P256.getGenerator();
    }

    /** Fills both keys in one persistent write. */
    public static void generate(EcPublic publicKey, EcPrivate privateKey) {
        byte[] s = CheapCrypto.cardRandom(COORDINATE);
        byte[] w = CheapCrypto.point(s);
        Card.write(privateKey.memory(), () -> {
            privateKey.put(s);
            publicKey.put(w);
        });
    }
}
