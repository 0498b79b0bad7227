// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.bc.internal;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.porto.crypto.api.EcEncodings;
import org.porto.model.api.RefusedException;

/** The curve P-256 (SP 800-186 section 3.2.1.3) and what every user of it shares. */
final class P256 {

    static final ECDomainParameters DOMAIN = domain();
    static final int FIELD_BYTES = 32;

    private P256() {}

    private static ECDomainParameters domain() {
        // The custom curve has its own field arithmetic: three times the speed of the generic one.
        X9ECParameters x9 = CustomNamedCurves.getByName("secp256r1");
        return new ECDomainParameters(x9.getCurve(), x9.getG(), x9.getN(), x9.getH());
    }

    /** @throws RefusedException {@code CRY-003}; @throws IllegalArgumentException when the point is not on the curve */
    static ECPublicKeyParameters publicKey(byte[] spki) throws RefusedException {
        ECPoint point = DOMAIN.getCurve().decodePoint(EcEncodings.point(spki));
        return new ECPublicKeyParameters(point, DOMAIN);
    }

    static byte[] fixed(BigInteger value) {
        byte[] out = new byte[FIELD_BYTES];
        fixed(value, out, 0);
        return out;
    }

    static void fixed(BigInteger value, byte[] out, int at) {
        byte[] plain = value.toByteArray();
        int skip = Math.max(0, plain.length - FIELD_BYTES);
        System.arraycopy(plain, skip, out, at + FIELD_BYTES - (plain.length - skip), plain.length - skip);
    }

    static byte[] sha256(byte[]... parts) {
        try {
            // The JDK's digest uses the processor's instructions; Bouncy Castle's is plain Java.
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
