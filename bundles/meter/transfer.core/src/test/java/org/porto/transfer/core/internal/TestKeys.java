// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.porto.crypto.api.CryptoCode;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;

/** Keys and hashing of a test; wrapping keeps the context in front, so that a secret of another card is noticed. */
final class TestKeys implements KeyService {

    @Override
    public byte[] wrap(String context, SecretBytes secret) {
        byte[] head = World.sha(context.getBytes(StandardCharsets.US_ASCII));
        byte[] plain = secret.expose(SecretAccess.insecureSecretAccess());
        byte[] wrapped = Arrays.copyOf(head, head.length + plain.length);
        System.arraycopy(plain, 0, wrapped, head.length, plain.length);
        return wrapped;
    }

    @Override
    public SecretBytes unwrap(String context, byte[] wrapped) throws RefusedException {
        byte[] head = World.sha(context.getBytes(StandardCharsets.US_ASCII));
        if (wrapped.length < 32 || !Arrays.equals(head, Arrays.copyOf(wrapped, 32))) {
            throw new RefusedException(CryptoCode.SEAL_BROKEN);
        }
        return SecretBytes.owning(Arrays.copyOfRange(wrapped, 32, wrapped.length));
    }

    CryptoService crypto() {
        return new Hashing();
    }

    @Override
    public SigningKey signingKey(String name) {
        return null;
    }

    @Override
    public SymmetricKey symmetricKey(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SymmetricKey symmetricKey(String name, int version) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SigningKey signingKey(String name, int version) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<KeyInfo> current(String name) {
        return Optional.empty();
    }

    @Override
    public KeyInfo rollOver(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void storeCertificate(String name, byte[] certificate) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<byte[]> certificate(String name) {
        return Optional.empty();
    }

    @Override
    public void storeTrusted(String name, byte[] certificate) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<byte[]> trusted(String name) {
        return Optional.empty();
    }

    @Override
    public List<KeyInfo> list() {
        return List.of();
    }

    @Override
    public void zeroise() {
        throw new UnsupportedOperationException();
    }

    private static final class Hashing implements CryptoService {
        @Override
        public byte[] sha256(byte[]... parts) {
            return World.sha(parts);
        }

        @Override
        public String provider() {
            return "test";
        }

        @Override
        public byte[] random(int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ExportableSigningKey generateSigningKey() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ExportableSigningKey importSigningKey(SecretBytes pkcs8) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SymmetricKey symmetricKey(SecretBytes key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean verify(byte[] publicKey, byte[] signature, byte[]... message) {
            return java.util.Arrays.equals(World.seal(publicKey, World.sha(message)), signature);
        }
    }
}
