// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.porto.crypto.api.CryptoCode;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;

/** One signing key under any name; wrapping puts the context in front, so that a secret of another card is noticed. */
final class PlainKeys implements KeyService {

    private final SigningKey key;
    private final byte[] certificate;

    PlainKeys(SigningKey key, byte[] certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    @Override
    public SigningKey signingKey(String name) {
        return key;
    }

    @Override
    public Optional<byte[]> certificate(String name) {
        return Optional.of(certificate.clone());
    }

    @Override
    public byte[] wrap(String context, SecretBytes secret) {
        byte[] head = context.getBytes(StandardCharsets.US_ASCII);
        byte[] plain = secret.expose(SecretAccess.insecureSecretAccess());
        byte[] wrapped = Arrays.copyOf(head, head.length + plain.length);
        System.arraycopy(plain, 0, wrapped, head.length, plain.length);
        return wrapped;
    }

    @Override
    public SecretBytes unwrap(String context, byte[] wrapped) throws RefusedException {
        byte[] head = context.getBytes(StandardCharsets.US_ASCII);
        if (wrapped.length < head.length || !Arrays.equals(wrapped, 0, head.length, head, 0, head.length)) {
            throw new RefusedException(CryptoCode.SEAL_BROKEN);
        }
        return SecretBytes.owning(Arrays.copyOfRange(wrapped, head.length, wrapped.length));
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
        return key;
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
    public void storeCertificate(String name, byte[] fresh) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void storeTrusted(String name, byte[] trusted) {
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
}
