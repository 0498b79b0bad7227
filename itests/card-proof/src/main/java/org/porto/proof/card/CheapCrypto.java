// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.model.api.RefusedException;

/**
 * AES, CMAC and SHA-256 as they are with a cheap keyed substitute for P-256, for the simulation only: a public key is mixed out of the
 * private one, a signature out of public key and message, an agreement out of both public keys. Whoever holds a public key could forge:
 * nobody in the simulation does. The card's side of it is in {@code src/standin}. Random bytes of both sides come from the seed.
 */
public final class CheapCrypto implements CryptoService {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long ODD = 0x9E3779B97F4A7C15L;
    private static final int FIELD = 32;
    /** The applet's calls are static, so its cards draw from the generator of the world that was made last on their thread. */
    private static final ThreadLocal<SplittableRandom> CARDS = new ThreadLocal<>();

    private final BcCryptoService real = new BcCryptoService();
    private final SplittableRandom random;

    public CheapCrypto(long seed) {
        random = new SplittableRandom(seed);
        CARDS.set(random.split());
    }

    public static byte[] cardRandom(int length) {
        byte[] bytes = new byte[length];
        CARDS.get().nextBytes(bytes);
        return bytes;
    }

    /** 32 bytes into which every bit of the parts goes; each step can be undone, so that no bit is lost on the way. Proof against no enemy. */
    private static void mix(byte[] out, int at, byte[]... parts) {
        long a = 1;
        long b = 2;
        long c = 3;
        long d = 4;
        for (byte[] part : parts) {
            a ^= part.length;
            int i = 0;
            for (; i + 8 <= part.length; i += 8) {
                long next = ((long) LONG.get(part, i) ^ a) * ODD;
                a = b;
                b = c;
                c = d;
                d = next ^ next >>> 32;
            }
            long rest = 0;
            for (; i < part.length; i++) {
                rest = rest << 8 | part[i] & 0xFF;
            }
            a = (a ^ rest) * ODD;
        }
        for (int round = 0; round < 3; round++) {
            a = (a ^ d >>> 29) * ODD;
            b = (b ^ a ^ a >>> 31) * ODD;
            c = (c ^ b ^ b >>> 30) * ODD;
            d = (d ^ c ^ c >>> 32) * ODD;
        }
        LONG.set(out, at, a);
        LONG.set(out, at + 8, b);
        LONG.set(out, at + 16, c);
        LONG.set(out, at + 24, d);
    }

    public static byte[] point(byte[] secret) {
        byte[] point = new byte[1 + 2 * FIELD];
        point[0] = 4;
        mix(point, 1, secret);
        mix(point, 1 + FIELD, secret, secret);
        return point;
    }

    public static byte[] signature(byte[] point, byte[]... message) {
        byte[] whole = message[0];
        for (int i = 1; i < message.length; i++) {
            byte[] more = Arrays.copyOf(whole, whole.length + message[i].length);
            System.arraycopy(message[i], 0, more, whole.length, message[i].length);
            whole = more;
        }
        byte[] signature = new byte[2 * FIELD];
        mix(signature, 0, point, whole);
        signature[0] = (byte) (signature[0] & 0x7F | 1); // so that DER has it in as many bytes
        System.arraycopy(signature, 0, signature, FIELD, FIELD);
        return signature;
    }

    /** As the product encodes it, for signatures of {@link #signature} only. */
    public static byte[] der(byte[] signature) {
        byte[] der = new byte[2 * FIELD + 6];
        der[0] = 0x30;
        der[1] = 2 * FIELD + 4;
        for (int i = 0; i < 2; i++) {
            int at = 2 + i * (FIELD + 2);
            der[at] = 2;
            der[at + 1] = FIELD;
            System.arraycopy(signature, i * FIELD, der, at + 2, FIELD);
        }
        return der;
    }

    public static byte[] agreed(byte[] a, byte[] b) {
        byte[] agreed = new byte[FIELD];
        if (Arrays.compare(a, b) < 0) {
            mix(agreed, 0, a, b);
        } else {
            mix(agreed, 0, b, a);
        }
        return agreed;
    }

    @Override
    public String provider() {
        return real.provider() + ", P-256 stood in for";
    }

    @Override
    public byte[] random(int length) {
        byte[] out = new byte[length];
        random.nextBytes(out);
        return out;
    }

    @Override
    public byte[] sha256(byte[]... parts) {
        return real.sha256(parts);
    }

    @Override
    public ExportableSigningKey generateSigningKey() {
        return new Key(random(32));
    }

    @Override
    public ExportableSigningKey importSigningKey(SecretBytes pkcs8) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SymmetricKey symmetricKey(SecretBytes key) {
        return new CheapKey(real, key);
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] signature, byte[]... message) {
        try {
            return Arrays.equals(signature, signature(EcEncodings.point(publicKey), message));
        } catch (RefusedException e) {
            return false;
        }
    }

    private static final class Key implements ExportableSigningKey {
        private final byte[] point;

        Key(byte[] secret) {
            point = point(secret);
        }

        @Override
        public byte[] publicKey() {
            try {
                return EcEncodings.publicKey(point);
            } catch (RefusedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] sign(byte[]... message) {
            return signature(point, message);
        }

        @Override
        public SecretBytes agree(byte[] peer) {
            try {
                return SecretBytes.owning(agreed(point, EcEncodings.point(peer)));
            } catch (RefusedException e) {
                throw new IllegalArgumentException(e);
            }
        }

        @Override
        public SecretBytes export(SecretAccess access) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // nothing secret in it
        }
    }
}
