// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/** P-256 by the JDK. */
final class Ec {

    private static final ECParameterSpec CURVE = curve();

    final ECPrivateKey secret;
    final byte[] point;
    final byte[] spki;

    private Ec(KeyPair pair) {
        secret = (ECPrivateKey) pair.getPrivate();
        ECPoint w = ((ECPublicKey) pair.getPublic()).getW();
        point = Aes.join(new byte[] {4}, fixed(w.getAffineX()), fixed(w.getAffineY()));
        spki = pair.getPublic().getEncoded();
    }

    private static ECParameterSpec curve() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Ec fresh() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(CURVE);
            return new Ec(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] fixed(BigInteger value) {
        byte[] raw = value.toByteArray();
        byte[] out = new byte[32];
        int length = Math.min(32, raw.length);
        System.arraycopy(raw, raw.length - length, out, 32 - length, length);
        return out;
    }

    static boolean onCurve(byte[] point) {
        if (point.length != 65 || point[0] != 4) {
            return false;
        }
        BigInteger p = ((ECFieldFp) CURVE.getCurve().getField()).getP();
        BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 1, 33));
        BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 33, 65));
        BigInteger right = x.modPow(BigInteger.valueOf(3), p)
                .add(CURVE.getCurve().getA().multiply(x))
                .add(CURVE.getCurve().getB())
                .mod(p);
        return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.multiply(y).mod(p).equals(right);
    }

    private static ECPublicKey key(byte[] point) throws GeneralSecurityException {
        ECPoint w = new ECPoint(
                new BigInteger(1, Arrays.copyOfRange(point, 1, 33)), new BigInteger(1, Arrays.copyOfRange(point, 33, 65)));
        return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, CURVE));
    }

    /** Root key out of an agreement: CMAC under a zero key of the x coordinate. */
    Aes agree(byte[] other) {
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(secret);
            agreement.doPhase(key(other), true);
            return new Aes(new Aes(Aes.ZERO).cmac(agreement.generateSecret()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** DER. */
    byte[] sign(byte[]... parts) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(secret);
            signature.update(Aes.join(parts));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean verify(byte[] point, byte[] der, byte[] message) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(key(point));
            signature.update(message);
            return signature.verify(der);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    static byte[] sha256(byte[]... parts) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(Aes.join(parts));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
