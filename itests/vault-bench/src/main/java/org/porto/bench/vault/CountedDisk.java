// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** H2's files with their syncs counted: shows that the peer really syncs. Public, since H2 makes instances by reflection. */
public final class CountedDisk extends FilePathWrapper {

    static final String SCHEME = "counted";
    private static final AtomicLong SYNCS = new AtomicLong();

    static void register() {
        FilePath.register(new CountedDisk());
    }

    static long syncs() {
        return SYNCS.get();
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new Counted(super.open(mode));
    }

    private static final class Counted extends FileBaseDefault {

        private final FileChannel file;

        Counted(FileChannel file) {
            this.file = file;
        }

        @Override
        public void force(boolean metadata) throws IOException {
            SYNCS.incrementAndGet();
            file.force(metadata);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer to, long at) throws IOException {
            return file.read(to, at);
        }

        @Override
        public int write(ByteBuffer from, long at) throws IOException {
            return file.write(from, at);
        }

        @Override
        protected void implTruncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public synchronized FileLock tryLock(long at, long size, boolean shared) throws IOException {
            return file.tryLock(at, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
