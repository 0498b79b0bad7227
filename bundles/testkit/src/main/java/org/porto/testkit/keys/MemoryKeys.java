// SPDX-License-Identifier: Apache-2.0
package org.porto.testkit.keys;

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
import org.porto.keys.api.KeyCode;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyKind;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;

/** A key store in memory with real keys. After zeroising it makes new ones, as an empty store would. */
public final class MemoryKeys implements KeyService {

    private static final int KEY_BYTES = 16;

    private final CryptoService crypto;
    private final Map<String, Integer> versions = new HashMap<>();
    private final Map<String, SigningKey> signing = new HashMap<>();
    private final Map<String, SymmetricKey> symmetric = new HashMap<>();
    private final Map<String, byte[]> certificates = new HashMap<>();
    private final Map<String, byte[]> trusted = new HashMap<>();
    private final SymmetricKey master;

    public MemoryKeys(CryptoService crypto) {
        this.crypto = crypto;
        this.master = crypto.symmetricKey(SecretBytes.owning(crypto.random(32)));
    }

    @Override
    public synchronized SigningKey signingKey(String name) {
        return signing.computeIfAbsent(at(name), n -> crypto.generateSigningKey());
    }

    @Override
    public synchronized SymmetricKey symmetricKey(String name) {
        return symmetric.computeIfAbsent(
                at(name), n -> crypto.symmetricKey(SecretBytes.owning(crypto.random(KEY_BYTES))));
    }

    @Override
    public synchronized SymmetricKey symmetricKey(String name, int version) throws RefusedException {
        return present(symmetric.get(name + "/" + version), name, version);
    }

    @Override
    public synchronized SigningKey signingKey(String name, int version) throws RefusedException {
        return present(signing.get(name + "/" + version), name, version);
    }

    private static <T> T present(T key, String name, int version) throws RefusedException {
        if (key == null) {
            throw new RefusedException(KeyCode.KEY_MISSING, name + " version " + version);
        }
        return key;
    }

    private String at(String name) {
        return name + "/" + versions.computeIfAbsent(name, n -> 1);
    }

    @Override
    public synchronized Optional<KeyInfo> current(String name) {
        String at = at(name);
        KeyKind kind = symmetric.containsKey(at) ? KeyKind.SYMMETRIC : KeyKind.SIGNING;
        boolean known = symmetric.containsKey(at) || signing.containsKey(at);
        return known
                ? Optional.of(new KeyInfo(name, kind, versions.get(name), "000000", Instant.EPOCH, true))
                : Optional.empty();
    }

    @Override
    public synchronized KeyInfo rollOver(String name) throws RefusedException {
        boolean symmetricOne = symmetric.containsKey(at(name));
        versions.merge(name, 1, Integer::sum);
        if (symmetricOne) {
            symmetricKey(name);
        } else {
            signingKey(name);
        }
        return current(name).orElseThrow();
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
    public synchronized List<KeyInfo> list() {
        return versions.keySet().stream().flatMap(n -> current(n).stream()).toList();
    }

    @Override
    public synchronized void zeroise() {
        signing.clear();
        symmetric.clear();
    }
}
