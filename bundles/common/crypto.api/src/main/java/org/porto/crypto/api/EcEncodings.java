// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.api;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.porto.model.api.RefusedException;

/** Converts between the encodings of P-256 keys and signatures that cards, certificates and messages use. Pure functions. */
public final class EcEncodings {

    private static final byte[] SPKI_PREFIX =
            HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

    private EcEncodings() {}

    /** The uncompressed point, 65 bytes (SEC 1 section 2.3.3), out of a SubjectPublicKeyInfo. */
    public static byte[] point(byte[] spki) throws RefusedException {
        if (spki.length != SPKI_PREFIX.length + 65
                || !Arrays.equals(spki, 0, SPKI_PREFIX.length, SPKI_PREFIX, 0, SPKI_PREFIX.length)
                || spki[SPKI_PREFIX.length] != 4) {
            throw new RefusedException(CryptoCode.KEY_UNREADABLE, "not an uncompressed P-256 public key");
        }
        return Arrays.copyOfRange(spki, SPKI_PREFIX.length, spki.length);
    }

    /** SubjectPublicKeyInfo out of an uncompressed point of 65 bytes; whether it lies on the curve is checked at use. */
    public static byte[] publicKey(byte[] point) throws RefusedException {
        if (point.length != 65 || point[0] != 4) {
            throw new RefusedException(CryptoCode.KEY_UNREADABLE, "not an uncompressed P-256 point");
        }
        byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + 65);
        System.arraycopy(point, 0, spki, SPKI_PREFIX.length, 65);
        return spki;
    }

    /** DER SEQUENCE of two INTEGERs, at most 72 bytes (RFC 3279 section 2.2.3), out of r and s. */
    public static byte[] derSignature(byte[] rs) throws RefusedException {
        if (rs.length != 64) {
            throw new RefusedException(CryptoCode.SIGNATURE_WRONG, "raw signature has " + rs.length + " bytes");
        }
        byte[] r = new BigInteger(1, Arrays.copyOfRange(rs, 0, 32)).toByteArray();
        byte[] s = new BigInteger(1, Arrays.copyOfRange(rs, 32, 64)).toByteArray();
        byte[] der = new byte[6 + r.length + s.length];
        der[0] = 0x30;
        der[1] = (byte) (der.length - 2);
        der[2] = 0x02;
        der[3] = (byte) r.length;
        System.arraycopy(r, 0, der, 4, r.length);
        der[4 + r.length] = 0x02;
        der[5 + r.length] = (byte) s.length;
        System.arraycopy(s, 0, der, 6 + r.length, s.length);
        return der;
    }

    /** r and s, 64 bytes, out of a DER signature. Refuses anything but strict DER. */
    public static byte[] rawSignature(byte[] der) throws RefusedException {
        if (der.length < 8 || der.length > 72 || der[0] != 0x30 || der[1] != der.length - 2) {
            throw new RefusedException(CryptoCode.SIGNATURE_WRONG, "not a DER signature");
        }
        byte[] rs = new byte[64];
        int next = integer(der, 2, rs, 0);
        if (integer(der, next, rs, 32) != der.length) {
            throw new RefusedException(CryptoCode.SIGNATURE_WRONG, "bytes after the DER signature");
        }
        return rs;
    }

    private static int integer(byte[] der, int at, byte[] out, int outAt) throws RefusedException {
        if (at + 2 > der.length || der[at] != 0x02) {
            throw new RefusedException(CryptoCode.SIGNATURE_WRONG, "not a DER signature");
        }
        int length = der[at + 1];
        int start = at + 2;
        boolean padded = length > 1 && der.length > start + 1 && der[start] == 0;
        if (length < 1
                || length > 33
                || start + length > der.length
                || der[start] < 0
                || (padded && der[start + 1] >= 0)
                || (length == 33 && !padded)) {
            throw new RefusedException(CryptoCode.SIGNATURE_WRONG, "not a strict DER integer");
        }
        int skip = padded ? 1 : 0;
        System.arraycopy(der, start + skip, out, outAt + 32 - (length - skip), length - skip);
        return start + length;
    }
}
