// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
 * The product's symmetric cryptography with a cheap keyed substitute for P-256, for the simulation only: a public key is a hash of
 * the private one, a signature a hash over public key and message, an agreement a hash over both public keys. Whoever holds a public key could
 * forge: nobody in the simulation does. The card's side of it is in {@code src/standin}. Random bytes come from the seed.
 */
public final class CheapCrypto implements CryptoService {

    private final BcCryptoService real = new BcCryptoService();
    private final SplittableRandom random;

    public CheapCrypto(long seed) {
        random = new SplittableRandom(seed);
    }

    public static byte[] sha(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public static byte[] point(byte[] secret) {
        byte[] x = sha(new byte[] {'x'}, secret);
        return ByteBuffer.allocate(65).put((byte) 4).put(x).put(sha(new byte[] {'y'}, x)).array();
    }

    public static byte[] signature(byte[] point, byte[]... message) {
        byte[] r = sha(point, sha(message));
        return ByteBuffer.allocate(64).put(r).put(sha(r)).array();
    }

    public static byte[] agreed(byte[] a, byte[] b) {
        return Arrays.compare(a, b) < 0 ? sha(a, b) : sha(b, a);
    }

    @Override
    public String provider() {
        return real.provider() + ", P-256 stood in for by hashes";
    }

    @Override
    public byte[] random(int length) {
        byte[] out = new byte[length];
        random.nextBytes(out);
        return out;
    }

    @Override
    public byte[] sha256(byte[]... parts) {
        return sha(parts);
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
        return real.symmetricKey(key);
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
