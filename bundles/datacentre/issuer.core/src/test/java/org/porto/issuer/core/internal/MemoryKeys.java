// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyKind;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;

/** A key store in memory with real keys. */
final class MemoryKeys implements KeyService {

    private final CryptoService crypto;
    private final Map<String, SigningKey> signing = new HashMap<>();
    private final Map<String, byte[]> certificates = new HashMap<>();
    private final Map<String, byte[]> trusted = new HashMap<>();
    private final SymmetricKey master;

    MemoryKeys(CryptoService crypto) {
        this.crypto = crypto;
        this.master = crypto.symmetricKey(SecretBytes.owning(crypto.random(32)));
    }

    @Override
    public SigningKey signingKey(String name) {
        return signing.computeIfAbsent(name, n -> crypto.generateSigningKey());
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
        return signingKey(name);
    }

    @Override
    public Optional<KeyInfo> current(String name) {
        return Optional.of(new KeyInfo(name, KeyKind.SIGNING, 1, "000000", Instant.EPOCH, true));
    }

    @Override
    public KeyInfo rollOver(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void storeCertificate(String name, byte[] certificate) {
        certificates.put(name, certificate.clone());
    }

    @Override
    public Optional<byte[]> certificate(String name) {
        return Optional.ofNullable(certificates.get(name));
    }

    @Override
    public void storeTrusted(String name, byte[] certificate) {
        trusted.put(name, certificate.clone());
    }

    @Override
    public Optional<byte[]> trusted(String name) {
        return Optional.ofNullable(trusted.get(name));
    }

    @Override
    public byte[] wrap(String context, SecretBytes secret) {
        return master.seal(
                context.getBytes(StandardCharsets.US_ASCII), secret.expose(SecretAccess.insecureSecretAccess()));
    }

    @Override
    public SecretBytes unwrap(String context, byte[] wrapped) throws RefusedException {
        return SecretBytes.owning(master.open(context.getBytes(StandardCharsets.US_ASCII), wrapped));
    }

    @Override
    public List<KeyInfo> list() {
        return List.of();
    }

    @Override
    public void zeroise() {
        signing.clear();
    }
}
