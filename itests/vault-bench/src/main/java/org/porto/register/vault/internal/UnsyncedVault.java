// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.porto.bench.vault.Passed;
import org.porto.keys.api.KeyService;
import org.porto.meter.api.MeterIdentity;
import org.porto.register.api.RegisterVault;

/**
 * The engine on files whose syncs do nothing: makes a long history in the real format in minutes. Lives in the engine's package, and
 * nowhere near the product, because a disk that lies about its syncs is nothing to configure.
 */
public final class UnsyncedVault implements AutoCloseable {

    private final Vault vault;

    private UnsyncedVault(Vault vault) {
        this.vault = vault;
    }

    public static UnsyncedVault open(Path folder, MeterIdentity meter, KeyService keys) {
        return open(folder, meter, keys, new UnsyncedDisk());
    }

    /** With no room for an archive: a full segment stays, and the next one gets full beside it. */
    public static UnsyncedVault withoutArchive(Path folder, MeterIdentity meter, KeyService keys) {
        return open(folder, meter, keys, new UnsyncedDisk() {
            @Override
            public FileChannel open(Path file) throws IOException {
                if (file.getParent().endsWith(Stores.ARCHIVE_FOLDER)) {
                    throw new IOException("No space left on device");
                }
                return super.open(file);
            }
        });
    }

    private static UnsyncedVault open(Path folder, MeterIdentity meter, KeyService keys, Disk disk) {
        Duration window = Duration.ofSeconds(60);
        return new UnsyncedVault(new Vault(
                new Vault.Setting(
                        folder,
                        disk,
                        meter.serial(),
                        meter.currency(),
                        window,
                        Duration.ofDays(1),
                        Vault.Setting.SEGMENT_BYTES,
                        Vault.Setting.BATCH_MAX),
                new Seal(keys),
                InstantSource.system(),
                new WriteWindows(System::nanoTime, window)));
    }

    public RegisterVault vault() {
        return vault;
    }

    @Override
    public void close() {
        vault.close();
    }

    private static FileChannel unsynced(FileChannel file) {
        return new Passed(file) {
            @Override
            public void force(boolean metadata) {
                // that is the point
            }
        };
    }

    private static class UnsyncedDisk implements Disk {

        private final LocalDisk disk = new LocalDisk();

        @Override
        public FileChannel open(Path file) throws IOException {
            return unsynced(disk.open(file));
        }

        @Override
        public FileChannel openBlocks(Path file) throws IOException {
            return unsynced(disk.open(file)); // the platform's memory is what makes it fast
        }

        @Override
        public boolean exists(Path file) {
            return disk.exists(file);
        }

        @Override
        public List<Path> list(Path folder) throws IOException {
            return disk.list(folder);
        }

        @Override
        public long size(Path file) throws IOException {
            return disk.size(file);
        }

        @Override
        public void createFolder(Path folder) throws IOException {
            disk.createFolder(folder);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            disk.move(from, to);
        }

        @Override
        public void delete(Path file) throws IOException {
            disk.delete(file);
        }

        @Override
        public void syncFolder(Path folder) {
            // nor here
        }

        @Override
        public long usableSpace(Path folder) throws IOException {
            return disk.usableSpace(folder);
        }
    }
}
