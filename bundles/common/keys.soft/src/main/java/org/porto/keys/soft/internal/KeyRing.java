// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.soft.internal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.porto.crypto.api.CryptoCode;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.keys.api.KeyCode;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyKind;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;

/**
 * The keys in memory over a {@link Vessel}. Readers see an immutable ring; a change is made by one thread at a time, first on
 * disk, then in memory.
 */
final class KeyRing implements KeyService, AutoCloseable {

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");
    private static final byte[] WRAP_MAGIC = "PKW1".getBytes(StandardCharsets.US_ASCII);

    private final Vessel vessel;
    private final CryptoService crypto;
    private final InstantSource clock;
    private final SymmetricKey fileKey;
    private final SymmetricKey wrapKey;
    private volatile Ring ring;

    /** One version: one of the two handles, what is stored of it, the owner's closeables. */
    private record Entry(KeyInfo info, Held.Signing signing, Held.Symmetric symmetric, Contents.Stored stored) {

        void destroy() {
            if (signing != null) {
                signing.key().close();
            } else {
                symmetric.key().close();
            }
            Arrays.fill(stored.secret(), (byte) 0);
        }
    }

    private enum State {
        OPEN,
        ZEROISED,
        CLOSED
    }

    private record Ring(Map<String, NavigableMap<Integer, Entry>> keys, Map<String, byte[]> trusted, State state) {}

    KeyRing(Vessel vessel, CryptoService crypto, InstantSource clock) throws RefusedException {
        this.vessel = vessel;
        this.crypto = crypto;
        this.clock = clock;
        Vessel.Opened opened = vessel.open();
        this.fileKey = opened.fileKey();
        this.wrapKey = opened.wrapKey();
        this.ring = opened.contents() == null ? new Ring(Map.of(), Map.of(), State.ZEROISED) : ring(opened.contents());
    }

    private Ring ring(Contents contents) throws RefusedException {
        Map<String, NavigableMap<Integer, Entry>> keys = new TreeMap<>();
        for (Contents.Stored stored : contents.keys()) {
            Entry entry = entry(stored);
            if (keys.computeIfAbsent(stored.name(), name -> new TreeMap<>()).put(stored.version(), entry) != null) {
                throw new RefusedException(KeyCode.STORE_BROKEN, stored.name() + " " + stored.version() + " is there twice");
            }
        }
        // "current" is known only once all versions are there.
        keys.replaceAll((name, versions) -> marked(versions));
        return new Ring(keys, contents.trusted(), State.OPEN);
    }

    private Entry entry(Contents.Stored stored) throws RefusedException {
        Instant created = Instant.ofEpochMilli(stored.createdMillis());
        try (SecretBytes secret = SecretBytes.copyOf(stored.secret())) {
            if (stored.kind() == KeyKind.SIGNING) {
                SigningKey key = crypto.importSigningKey(secret);
                String check = HexFormat.of().formatHex(crypto.sha256(key.publicKey()), 0, 3);
                KeyInfo info = new KeyInfo(stored.name(), KeyKind.SIGNING, stored.version(), check, created, true);
                return new Entry(info, new Held.Signing(key), null, stored);
            }
            SymmetricKey key = crypto.symmetricKey(secret);
            String check = HexFormat.of().formatHex(key.mac(new byte[16]), 0, 3);
            KeyInfo info = new KeyInfo(stored.name(), KeyKind.SYMMETRIC, stored.version(), check, created, true);
            return new Entry(info, null, new Held.Symmetric(key), stored);
        }
    }

    private static NavigableMap<Integer, Entry> marked(NavigableMap<Integer, Entry> versions) {
        NavigableMap<Integer, Entry> marked = new TreeMap<>();
        versions.forEach((version, entry) -> {
            KeyInfo old = entry.info();
            boolean current = version.equals(versions.lastKey());
            KeyInfo info = new KeyInfo(old.name(), old.kind(), version, old.checkValue(), old.created(), current);
            marked.put(version, new Entry(info, entry.signing(), entry.symmetric(), entry.stored()));
        });
        return marked;
    }

    @Override
    public SigningKey signingKey(String name) throws RefusedException {
        return signing(currentOrMade(name, KeyKind.SIGNING));
    }

    @Override
    public SymmetricKey symmetricKey(String name) throws RefusedException {
        return symmetric(currentOrMade(name, KeyKind.SYMMETRIC));
    }

    @Override
    public SymmetricKey symmetricKey(String name, int version) throws RefusedException {
        return symmetric(found(name, version));
    }

    @Override
    public SigningKey signingKey(String name, int version) throws RefusedException {
        return signing(found(name, version));
    }

    private static SigningKey signing(Entry entry) throws RefusedException {
        if (entry.signing() == null) {
            throw new RefusedException(KeyCode.KEY_KIND, entry.info().name() + " is symmetric");
        }
        return entry.signing();
    }

    private static SymmetricKey symmetric(Entry entry) throws RefusedException {
        if (entry.symmetric() == null) {
            throw new RefusedException(KeyCode.KEY_KIND, entry.info().name() + " signs");
        }
        return entry.symmetric();
    }

    private Entry currentOrMade(String name, KeyKind kind) throws RefusedException {
        checkName(name);
        NavigableMap<Integer, Entry> versions = usable().keys().get(name);
        if (versions != null) {
            return versions.lastEntry().getValue();
        }
        synchronized (this) {
            versions = usable().keys().get(name);
            return versions != null ? versions.lastEntry().getValue() : made(name, kind, 1);
        }
    }

    private Entry found(String name, int version) throws RefusedException {
        checkName(name);
        NavigableMap<Integer, Entry> versions = usable().keys().get(name);
        Entry entry = versions == null ? null : versions.get(version);
        if (entry == null) {
            throw new RefusedException(KeyCode.KEY_MISSING, name + " version " + version);
        }
        return entry;
    }

    @Override
    public Optional<KeyInfo> current(String name) {
        return newest(name).map(Entry::info);
    }

    private Optional<Entry> newest(String name) {
        return Optional.ofNullable(ring.keys().get(name)).map(versions -> versions.lastEntry().getValue());
    }

    @Override
    public synchronized KeyInfo rollOver(String name) throws RefusedException {
        checkName(name);
        NavigableMap<Integer, Entry> versions = usable().keys().get(name);
        if (versions == null) {
            throw new RefusedException(KeyCode.KEY_MISSING, name);
        }
        Entry last = versions.lastEntry().getValue();
        return made(name, last.info().kind(), Math.addExact(last.info().version(), 1)).info();
    }

    private Entry made(String name, KeyKind kind, int version) throws RefusedException {
        Entry entry = entry(new Contents.Stored(name, kind, version, clock.millis(), newSecret(kind), new byte[0]));
        boolean good = false;
        try {
            commit(with(entry), ring.trusted());
            good = true;
            return entry;
        } finally {
            if (!good) {
                entry.destroy();
            }
        }
    }

    /** Raw bytes leave the handle here, to be sealed into the store. */
    private byte[] newSecret(KeyKind kind) {
        if (kind == KeyKind.SYMMETRIC) {
            return crypto.random(32);
        }
        try (ExportableSigningKey key = crypto.generateSigningKey();
                SecretBytes secret = key.export(SecretAccess.insecureSecretAccess())) {
            return secret.expose(SecretAccess.insecureSecretAccess());
        }
    }

    private Map<String, NavigableMap<Integer, Entry>> with(Entry entry) {
        Map<String, NavigableMap<Integer, Entry>> keys = new TreeMap<>(ring.keys());
        NavigableMap<Integer, Entry> versions = new TreeMap<>(keys.getOrDefault(entry.info().name(), new TreeMap<>()));
        versions.put(entry.info().version(), entry);
        keys.put(entry.info().name(), marked(versions));
        return keys;
    }

    private void commit(Map<String, NavigableMap<Integer, Entry>> keys, Map<String, byte[]> trusted)
            throws RefusedException {
        List<Contents.Stored> stored = new ArrayList<>();
        keys.values().forEach(versions -> versions.values().forEach(entry -> stored.add(entry.stored())));
        if (stored.size() > Contents.KEYS_MAX || trusted.size() > Contents.TRUSTED_MAX) {
            throw new RefusedException(KeyCode.WRITE_FAILED, "store is full");
        }
        vessel.store(new Contents(stored, trusted), fileKey);
        ring = new Ring(keys, trusted, State.OPEN);
    }

    @Override
    public synchronized void storeCertificate(String name, byte[] certificate) throws RefusedException {
        checkName(name);
        usable();
        Entry entry = newest(name).orElseThrow(() -> new RefusedException(KeyCode.KEY_MISSING, name));
        signing(entry);
        Contents.Stored old = entry.stored();
        Contents.Stored stored = new Contents.Stored(
                old.name(), old.kind(), old.version(), old.createdMillis(), old.secret(), bounded(certificate));
        commit(with(new Entry(entry.info(), entry.signing(), null, stored)), ring.trusted());
    }

    @Override
    public Optional<byte[]> certificate(String name) {
        return newest(name).map(entry -> entry.stored().certificate()).filter(bytes -> bytes.length > 0).map(byte[]::clone);
    }

    @Override
    public synchronized void storeTrusted(String name, byte[] certificate) throws RefusedException {
        checkName(name);
        Map<String, byte[]> trusted = new TreeMap<>(usable().trusted());
        trusted.put(name, bounded(certificate));
        commit(ring.keys(), trusted);
    }

    @Override
    public Optional<byte[]> trusted(String name) {
        return Optional.ofNullable(ring.trusted().get(name)).map(byte[]::clone);
    }

    private static byte[] bounded(byte[] certificate) {
        if (certificate.length < 1 || certificate.length > Contents.CERTIFICATE_BYTES_MAX) {
            throw new IllegalArgumentException("certificate of " + certificate.length + " bytes");
        }
        return certificate.clone();
    }

    @Override
    public byte[] wrap(String context, SecretBytes secret) {
        if (ring.state() != State.OPEN) {
            throw new IllegalStateException("key store is " + ring.state());
        }
        byte[] plain = secret.expose(SecretAccess.insecureSecretAccess());
        try {
            byte[] sealed = wrapKey.seal(associated(context), plain);
            byte[] wrapped = Arrays.copyOf(WRAP_MAGIC, WRAP_MAGIC.length + sealed.length);
            System.arraycopy(sealed, 0, wrapped, WRAP_MAGIC.length, sealed.length);
            return wrapped;
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    @Override
    public SecretBytes unwrap(String context, byte[] wrapped) throws RefusedException {
        usable();
        int magic = WRAP_MAGIC.length;
        if (wrapped.length < magic || !Arrays.equals(wrapped, 0, magic, WRAP_MAGIC, 0, magic)) {
            throw new RefusedException(CryptoCode.SEAL_BROKEN, "not a wrapped secret");
        }
        return SecretBytes.owning(
                wrapKey.open(associated(context), Arrays.copyOfRange(wrapped, WRAP_MAGIC.length, wrapped.length)));
    }

    private static byte[] associated(String context) {
        return ("PKW1 " + context).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<KeyInfo> list() {
        List<KeyInfo> all = new ArrayList<>();
        ring.keys().values().forEach(versions -> versions.values().forEach(entry -> all.add(entry.info())));
        return List.copyOf(all);
    }

    @Override
    public synchronized void zeroise() throws RefusedException {
        // Memory first: whatever the disk does, nothing is signed any more. A repeat finishes what the disk refused.
        Ring last = ring;
        if (last.state() == State.CLOSED) {
            throw new IllegalStateException("key store is closed");
        }
        ring = new Ring(Map.of(), Map.of(), State.ZEROISED);
        destroy(last);
        vessel.zeroise(clock.millis());
    }

    private void destroy(Ring last) {
        last.keys().values().forEach(versions -> versions.values().forEach(Entry::destroy));
        if (last.state() == State.OPEN) {
            fileKey.close();
            wrapKey.close();
        }
    }

    /** Forgets the keys in memory; the store stays. */
    @Override
    public synchronized void close() {
        Ring last = ring;
        ring = new Ring(Map.of(), Map.of(), State.CLOSED);
        destroy(last);
    }

    private Ring usable() throws RefusedException {
        Ring now = ring;
        if (now.state() == State.ZEROISED) {
            throw new RefusedException(KeyCode.ZEROISED);
        }
        if (now.state() == State.CLOSED) {
            throw new IllegalStateException("key store is closed");
        }
        return now;
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("key name is 1 to 32 of a-z 0-9 -, not '" + name + "'");
        }
    }
}
