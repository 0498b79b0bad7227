// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.file.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The real disk with faults put in: a step at which it fails for good, torn or clean, and writes cut short. */
final class FaultyDisk implements Disk {

    private final Disk real = new RealDisk();
    /** Changing steps so far. */
    int steps;
    /** The step that fails, and every later one; 0 for none. */
    int failAt;
    /** How much of the failing write reaches the file, in eighths. */
    int tornEighths;
    /** Most bytes a write takes at once. */
    int writeMax = Integer.MAX_VALUE;
    boolean failSyncsOnly;

    private boolean fails() {
        steps++;
        return failAt > 0 && steps >= failAt;
    }

    private void step(boolean sync) throws IOException {
        if (fails() && (sync || !failSyncsOnly)) {
            throw new IOException("injected");
        }
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return new Faulty(real.open(file));
    }

    @Override
    public DiskFile openToRead(Path file) throws IOException {
        return real.openToRead(file);
    }

    @Override
    public DiskFile create(Path file) throws IOException {
        step(false);
        return new Faulty(real.create(file));
    }

    @Override
    public boolean exists(Path file) throws IOException {
        return real.exists(file);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        step(false);
        real.move(from, to);
    }

    @Override
    public void deleteIfExists(Path file) throws IOException {
        step(false);
        real.deleteIfExists(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        step(true);
        real.syncDirectory(directory);
    }

    private final class Faulty implements DiskFile {
        private final DiskFile file;

        Faulty(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long at) throws IOException {
            return file.read(into, at);
        }

        @Override
        public int write(ByteBuffer from, long at) throws IOException {
            if (fails() && !failSyncsOnly) {
                ByteBuffer torn = from.slice();
                torn.limit((int) ((long) torn.remaining() * tornEighths / 8));
                if (steps == failAt) {
                    file.write(torn, at);
                }
                throw new IOException("injected");
            }
            ByteBuffer some = from.slice();
            some.limit(Math.min(some.remaining(), writeMax));
            int written = file.write(some, at);
            from.position(from.position() + written);
            return written;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            step(false);
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            step(true);
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
