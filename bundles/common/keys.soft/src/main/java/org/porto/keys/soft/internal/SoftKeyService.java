// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.soft.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.keys.api.KeyCode;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;

/** {@link KeyRing} as a component, with a lock on its folder. */
@Component(
        name = "org.porto.keys.soft",
        service = KeyService.class,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = KeysConfig.class)
public final class SoftKeyService implements KeyService {

    private final FileChannel lock;
    private final KeyRing keys;

    @Activate
    public SoftKeyService(KeysConfig config, @Reference CryptoService crypto, @Reference InstantSource clock)
            throws RefusedException {
        this(directory(config.directory()), crypto, clock);
    }

    SoftKeyService(Path directory, CryptoService crypto, InstantSource clock) throws RefusedException {
        this.lock = lock(directory);
        KeyRing ring = null;
        try {
            ring = new KeyRing(new Vessel(directory, new RealDisk(), crypto), crypto, clock);
        } finally {
            if (ring == null) {
                unlock();
            }
        }
        this.keys = ring;
    }

    private static Path directory(String configured) throws RefusedException {
        if (configured == null || !Path.of(configured).isAbsolute()) {
            throw new RefusedException(KeyCode.STORE_BROKEN, "directory must be an absolute path");
        }
        return Path.of(configured);
    }

    private static FileChannel lock(Path directory) throws RefusedException {
        FileChannel channel = null;
        boolean locked = false;
        try {
            Files.createDirectories(directory);
            channel = FileChannel.open(
                    directory.resolve("keys.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
            if (!locked) {
                throw new RefusedException(KeyCode.STORE_BROKEN, directory + " is open elsewhere");
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            throw new RefusedException(KeyCode.STORE_BROKEN, directory + " is open elsewhere", e);
        } catch (IOException e) {
            throw new RefusedException(KeyCode.STORE_BROKEN, directory + ": " + e.getMessage(), e);
        } finally {
            if (!locked && channel != null) {
                release(channel);
            }
        }
    }

    private static void release(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(SoftKeyService.class).warn("lock: {}", e.getMessage());
        }
    }

    private void unlock() {
        release(lock);
    }

    @Deactivate
    void close() {
        keys.close();
        unlock();
    }

    @Override
    public SigningKey signingKey(String name) throws RefusedException {
        return keys.signingKey(name);
    }

    @Override
    public SymmetricKey symmetricKey(String name) throws RefusedException {
        return keys.symmetricKey(name);
    }

    @Override
    public SymmetricKey symmetricKey(String name, int version) throws RefusedException {
        return keys.symmetricKey(name, version);
    }

    @Override
    public SigningKey signingKey(String name, int version) throws RefusedException {
        return keys.signingKey(name, version);
    }

    @Override
    public Optional<KeyInfo> current(String name) {
        return keys.current(name);
    }

    @Override
    public KeyInfo rollOver(String name) throws RefusedException {
        return keys.rollOver(name);
    }

    @Override
    public void storeCertificate(String name, byte[] certificate) throws RefusedException {
        keys.storeCertificate(name, certificate);
    }

    @Override
    public Optional<byte[]> certificate(String name) {
        return keys.certificate(name);
    }

    @Override
    public void storeTrusted(String name, byte[] certificate) throws RefusedException {
        keys.storeTrusted(name, certificate);
    }

    @Override
    public Optional<byte[]> trusted(String name) {
        return keys.trusted(name);
    }

    @Override
    public byte[] wrap(String context, SecretBytes secret) {
        return keys.wrap(context, secret);
    }

    @Override
    public SecretBytes unwrap(String context, byte[] wrapped) throws RefusedException {
        return keys.unwrap(context, wrapped);
    }

    @Override
    public List<KeyInfo> list() {
        return keys.list();
    }

    @Override
    public void zeroise() throws RefusedException {
        keys.zeroise();
    }
}
