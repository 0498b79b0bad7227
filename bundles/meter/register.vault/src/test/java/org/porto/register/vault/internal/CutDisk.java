// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A disk under both stores that counts every write, truncation and sync, and at one of them loses its power or fails. What was
 * not synced by then may be lost, in order or out of it.
 */
final class CutDisk implements Disk {

    /** The power goes here. */
    static final class PowerCut extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** How it ends. */
    enum End {
        /** Everything before the step is on the medium. */
        CLEAN,
        /** And half of the step's bytes. */
        TORN,
        /** And the first bytes of it. */
        SCRATCHED,
        /** Nothing since the last sync of that file is on the medium. */
        UNSYNCED_LOST,
        /** Of the writes since the last sync only this step's is on the medium. */
        REORDERED,
        /** The step fails with an I/O error and had no effect; the power stays. */
        FAILS,
        /** The step fails with an I/O error and had its effect; the power stays. */
        FAILS_AFTER
    }

    private record Undo(CutChannel channel, long position, byte[] before, long sizeBefore) {}

    static final String SCHEME = "cut";
    private static final java.util.concurrent.atomic.AtomicReference<CutDisk> CURRENT =
            new java.util.concurrent.atomic.AtomicReference<>();

    private final LocalDisk plain = new LocalDisk();
    private final List<CutChannel> channels = new ArrayList<>();
    private final List<Undo> unsynced = new ArrayList<>();
    private boolean dead;
    int steps;
    int failing = -1;
    End end = End.CLEAN;

    CutDisk() {
        FilePath.register(new CutPath());
        CURRENT.set(this);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        return channel(FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    private CutChannel channel(FileChannel real) {
        CutChannel channel = new CutChannel(real);
        channels.add(channel);
        return channel;
    }

    @Override
    public String mvStoreName(Path file) {
        return SCHEME + ":" + file;
    }

    @Override
    public void syncFolder(Path folder) {}

    @Override
    public boolean exists(Path file) {
        return plain.exists(file);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return plain.list(folder);
    }

    @Override
    public long size(Path file) throws IOException {
        return plain.size(file);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        plain.createFolder(folder);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        plain.move(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        plain.delete(file);
    }

    @Override
    public long usableSpace(Path folder) throws IOException {
        return plain.usableSpace(folder);
    }

    boolean isOff() {
        return dead;
    }

    /** The machine is off: files are closed as they are. */
    void off() throws IOException {
        dead = true;
        for (CutChannel channel : channels) {
            channel.real.close();
        }
    }

    /** H2's way to a channel of this disk. */
    public static final class CutPath extends FilePathWrapper {
        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            Path path = Path.of(getBase().toString());
            Set<OpenOption> options = mode.equals("r")
                    ? Set.of(StandardOpenOption.READ)
                    : Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return CURRENT.get().channel(FileChannel.open(path, options));
        }
    }

    private final class CutChannel extends FileChannel {
        private final FileChannel real;

        CutChannel(FileChannel real) {
            this.real = real;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            boolean hit = step();
            if (hit && end == End.FAILS) {
                throw new IOException("no space left on device");
            }
            int length = source.remaining();
            if (hit && end != End.FAILS_AFTER) {
                cut(source, position, length);
            }
            put(source, position);
            if (hit) {
                throw new IOException("input/output error");
            }
            return length;
        }

        private void cut(ByteBuffer source, long position, int length) throws IOException {
            if (end == End.UNSYNCED_LOST || end == End.REORDERED) {
                lose();
            }
            int kept =
                    switch (end) {
                        case TORN -> length / 2;
                        case SCRATCHED -> Math.min(length, 7);
                        case REORDERED -> length;
                        default -> 0;
                    };
            ByteBuffer part = source.slice(source.position(), kept);
            while (part.hasRemaining()) {
                real.write(part, position + part.position());
            }
            dead = true;
            throw new PowerCut();
        }

        private void put(ByteBuffer source, long position) throws IOException {
            remember(position, source.remaining());
            while (source.hasRemaining()) {
                position += real.write(source, position);
            }
        }

        private void remember(long position, int length) throws IOException {
            long size = real.size();
            byte[] before = new byte[(int) Math.max(0, Math.min(length, size - position))];
            ByteBuffer buffer = ByteBuffer.wrap(before);
            while (buffer.hasRemaining() && real.read(buffer, position + buffer.position()) > 0) {
                continue;
            }
            unsynced.add(new Undo(this, position, before, size));
        }

        private void lose() throws IOException {
            for (int i = unsynced.size() - 1; i >= 0; i--) {
                Undo undo = unsynced.get(i);
                if (undo.channel() == this) {
                    real.write(ByteBuffer.wrap(undo.before()), undo.position());
                    real.truncate(undo.sizeBefore());
                }
            }
        }

        private boolean step() throws IOException {
            if (dead) {
                throw new IOException("the machine is off");
            }
            return steps++ == failing;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            boolean hit = step();
            if (hit && (end == End.FAILS || end == End.FAILS_AFTER)) {
                throw new IOException("sync failed");
            }
            if (hit) {
                if (end == End.UNSYNCED_LOST) {
                    lose();
                }
                dead = true;
                throw new PowerCut();
            }
            real.force(metaData);
            unsynced.removeIf(undo -> undo.channel() == this);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            boolean hit = step();
            if (hit && (end == End.FAILS || end == End.FAILS_AFTER)) {
                throw new IOException("truncation failed");
            }
            if (hit) {
                dead = true;
                throw new PowerCut();
            }
            if (size < real.size()) {
                remember(size, (int) (real.size() - size));
            }
            real.truncate(size);
            return this;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return real.read(target, position);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return real.read(target);
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
            return real.read(targets, offset, length);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            long at = real.position();
            int written = write(source, at);
            real.position(at + written);
            return written;
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() throws IOException {
            return real.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            real.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return real.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return real.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }
    }
}
