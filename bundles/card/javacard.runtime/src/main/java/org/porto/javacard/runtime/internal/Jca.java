// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javacard.security.CryptoException;

/** P-256 in terms of the JDK; providers by name, so that no other provider of the process answers. */
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

    /** A point off the curve would give the private key away. */
    static ECPoint decode(byte[] encoded) {
        if (encoded.length != 1 + 2 * COORDINATE || encoded[0] != 4) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
        BigInteger x = new BigInteger(1, Arrays.copyOfRange(encoded, 1, 1 + COORDINATE));
        BigInteger y = new BigInteger(1, Arrays.copyOfRange(encoded, 1 + COORDINATE, encoded.length));
        BigInteger p = prime();
        BigInteger right = x.multiply(x).add(P256.getCurve().getA()).multiply(x).add(P256.getCurve().getB()).mod(p);
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0 || !y.multiply(y).mod(p).equals(right)) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
        return new ECPoint(x, y);
    }

    static java.security.PublicKey publicKey(byte[] encoded) {
        try {
            return KeyFactory.getInstance("EC", EC_PROVIDER).generatePublic(new ECPublicKeySpec(decode(encoded), P256));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static java.security.PrivateKey privateKey(byte[] s) {
        try {
            return KeyFactory.getInstance("EC", EC_PROVIDER)
                    .generatePrivate(new ECPrivateKeySpec(new BigInteger(1, s), P256));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fills both keys in one persistent write. */
    public static void generate(EcPublic publicKey, EcPrivate privateKey) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", EC_PROVIDER);
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            java.security.KeyPair pair = generator.generateKeyPair();
            byte[] w = encode(((ECPublicKey) pair.getPublic()).getW());
            byte[] s = fixed(((ECPrivateKey) pair.getPrivate()).getS());
            Card.write(privateKey.memory(), () -> {
                privateKey.put(s);
                publicKey.put(w);
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
