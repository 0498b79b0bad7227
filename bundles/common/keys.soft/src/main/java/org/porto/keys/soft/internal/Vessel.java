// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.soft.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.keys.api.KeyCode;
import org.porto.model.api.RefusedException;

/**
 * The two files.
 *
 * <pre>
 * master.key:  "PKM1", 32 bytes, CRC-32C 4
 * keys.porto:  "PKS1", then nonce 12, AES-256-GCM of {@link Contents}, tag 16; associated data "PKS1"
 *              or "PKZ1", epoch milliseconds 8, CRC-32C 4: zeroised, nothing can ever be read again
 * </pre>
 *
 * <p>First start: {@code master.key.new} is written, then {@code keys.porto} under it, then the master key gets its name. So
 * neither file means fresh; {@code keys.porto} with {@code master.key.new} means that only the last step is missing (no key was
 * handed out yet); one file alone otherwise means loss, and is refused.
 */
final class Vessel {

    private static final byte[] MASTER = "PKM1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SEALED = "PKS1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ZEROISED = "PKZ1".getBytes(StandardCharsets.US_ASCII);
    private static final int MASTER_BYTES = 32;
    private static final int STORE_BYTES_MAX = 32 << 20;

    private final Path directory;
    private final Disk disk;
    private final CryptoService crypto;

    Vessel(Path directory, Disk disk, CryptoService crypto) {
        this.directory = directory;
        this.disk = disk;
        this.crypto = crypto;
    }

    /** @param contents null when zeroised; the keys are the caller's to close */
    record Opened(Contents contents, SymmetricKey fileKey, SymmetricKey wrapKey) {}

    Opened open() throws RefusedException {
        try {
            boolean store = disk.exists(path("keys.porto"));
            boolean master = disk.exists(path("master.key"));
            if (store && isZeroised(disk.read(path("keys.porto"), STORE_BYTES_MAX))) {
                forgetMaster();
                return new Opened(null, null, null);
            }
            if (!store && master) {
                throw new RefusedException(KeyCode.STORE_BROKEN, "keys.porto is missing beside master.key");
            }
            if (!store) {
                return fresh();
            }
            if (!master) {
                if (!disk.exists(path("master.key.new"))) {
                    throw new RefusedException(KeyCode.STORE_BROKEN, "master.key is missing beside keys.porto");
                }
                return existing("master.key.new", true);
            }
            return existing("master.key", false);
        } catch (IOException e) {
            throw new RefusedException(KeyCode.STORE_BROKEN, directory + ": " + e.getMessage(), e);
        }
    }

    private Opened existing(String masterName, boolean finish) throws IOException, RefusedException {
        byte[] encoded = disk.read(path(masterName), 64);
        byte[] key = encoded.length == MASTER.length + MASTER_BYTES + 4 && crcIsRight(encoded, MASTER)
                ? Arrays.copyOfRange(encoded, MASTER.length, MASTER.length + MASTER_BYTES)
                : null;
        Arrays.fill(encoded, (byte) 0);
        if (key == null) {
            throw new RefusedException(KeyCode.STORE_BROKEN, masterName + " is damaged");
        }
        Opened keys = derived(key);
        boolean good = false;
        try {
            byte[] store = disk.read(path("keys.porto"), STORE_BYTES_MAX);
            Contents contents = unsealed(store, keys.fileKey());
            if (finish) {
                disk.move(path("master.key.new"), path("master.key"));
                disk.syncDirectory(directory);
            }
            disk.deleteIfExists(path("keys.porto.new"));
            good = true;
            return new Opened(contents, keys.fileKey(), keys.wrapKey());
        } finally {
            if (!good) {
                keys.fileKey().close();
                keys.wrapKey().close();
            }
        }
    }

    private static Contents unsealed(byte[] store, SymmetricKey fileKey) throws RefusedException {
        if (!startsWith(store, SEALED)) {
            throw new RefusedException(KeyCode.STORE_BROKEN, "keys.porto is damaged or of another version");
        }
        byte[] plain = new byte[0];
        try {
            plain = fileKey.open(SEALED, Arrays.copyOfRange(store, SEALED.length, store.length));
            return Contents.decoded(plain);
        } catch (RefusedException | IOException e) {
            throw new RefusedException(KeyCode.STORE_BROKEN, "keys.porto was altered or master.key is another", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private Opened fresh() throws IOException, RefusedException {
        byte[] key = crypto.random(MASTER_BYTES);
        ByteBuffer encoded = ByteBuffer.allocate(MASTER.length + MASTER_BYTES + 4).put(MASTER).put(key);
        encoded.putInt(crc(encoded.array(), encoded.position()));
        Opened keys = derived(key);
        boolean good = false;
        try {
            disk.write(path("master.key.new"), encoded.array());
            disk.syncDirectory(directory);
            Contents none = new Contents(java.util.List.of(), java.util.Map.of());
            replace(sealed(none, keys.fileKey()));
            disk.move(path("master.key.new"), path("master.key"));
            disk.syncDirectory(directory);
            good = true;
            return new Opened(none, keys.fileKey(), keys.wrapKey());
        } finally {
            Arrays.fill(encoded.array(), (byte) 0);
            if (!good) {
                keys.fileKey().close();
                keys.wrapKey().close();
            }
        }
    }

    /** Takes the master key's bytes over; two keys come of it, so that neither use touches the other. */
    private Opened derived(byte[] master) {
        try (SecretBytes secret = SecretBytes.owning(master);
                SymmetricKey key = crypto.symmetricKey(secret);
                SecretBytes file = key.derive("PORTO-KEYS-FILE", new byte[0], MASTER_BYTES);
                SecretBytes wrap = key.derive("PORTO-KEYS-WRAP", new byte[0], MASTER_BYTES)) {
            return new Opened(null, crypto.symmetricKey(file), crypto.symmetricKey(wrap));
        }
    }

    /** Durable on return; before that the old contents are in place. */
    void store(Contents contents, SymmetricKey fileKey) throws RefusedException {
        try {
            replace(sealed(contents, fileKey));
        } catch (IOException e) {
            throw new RefusedException(KeyCode.WRITE_FAILED, directory + ": " + e.getMessage(), e);
        }
    }

    private static byte[] sealed(Contents contents, SymmetricKey fileKey) throws IOException {
        byte[] plain = contents.encoded();
        byte[] sealed = fileKey.seal(SEALED, plain);
        Arrays.fill(plain, (byte) 0);
        return ByteBuffer.allocate(SEALED.length + sealed.length).put(SEALED).put(sealed).array();
    }

    private void replace(byte[] store) throws IOException {
        disk.write(path("keys.porto.new"), store);
        disk.move(path("keys.porto.new"), path("keys.porto"));
        disk.syncDirectory(directory);
    }

    /** Puts the mark of the end in place of the keys, then wipes the master key. After a kill between, opening goes on. */
    void zeroise(long millis) throws RefusedException {
        try {
            ByteBuffer mark = ByteBuffer.allocate(ZEROISED.length + 12).put(ZEROISED).putLong(millis);
            mark.putInt(crc(mark.array(), mark.position()));
            replace(mark.array());
            forgetMaster();
        } catch (IOException e) {
            throw new RefusedException(KeyCode.WRITE_FAILED, directory + ": " + e.getMessage(), e);
        }
    }

    private void forgetMaster() throws IOException {
        for (String name : new String[] {"master.key", "master.key.new"}) {
            if (disk.exists(path(name))) {
                disk.wipe(path(name));
                disk.deleteIfExists(path(name));
                disk.syncDirectory(directory);
            }
        }
        disk.deleteIfExists(path("keys.porto.new"));
    }

    private static boolean isZeroised(byte[] store) {
        return store.length == ZEROISED.length + 12 && crcIsRight(store, ZEROISED);
    }

    private static boolean crcIsRight(byte[] encoded, byte[] magic) {
        return startsWith(encoded, magic)
                && ByteBuffer.wrap(encoded).getInt(encoded.length - 4) == crc(encoded, encoded.length - 4);
    }

    private static boolean startsWith(byte[] encoded, byte[] magic) {
        return encoded.length >= magic.length && Arrays.equals(encoded, 0, magic.length, magic, 0, magic.length);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private Path path(String name) {
        return directory.resolve(name);
    }
}
