// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file of a {@link FaultDisk}, open. Knows only what the stores may use. */
final class FaultChannel extends FileChannel {

    private final FaultDisk disk;
    private final FaultDisk.Node node;
    private final String file;
    private boolean locking;
    volatile boolean dead;

    /** Opened for whole blocks only. */
    volatile boolean blocks;

    FaultChannel(FaultDisk disk, FaultDisk.Node node, String file) {
        this.disk = disk;
        this.node = node;
        this.file = file;
    }

    void alive() throws IOException {
        if (dead) {
            throw new IOException("the process has ended");
        }
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        alive();
        if (blocks && (position % Disk.BLOCK != 0
                || source.remaining() % Disk.BLOCK != 0
                || !source.isDirect()
                || source.alignmentOffset(source.position(), Disk.BLOCK) != 0)) {
            throw new IOException("not whole blocks: " + source + " at " + position);
        }
        byte[] bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        int written = disk.write(this, node, file, bytes, position);
        source.position(source.position() + written);
        return written;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        alive();
        if (disk.unreadable.test(file)) {
            throw new IOException("injected: read failed");
        }
        synchronized (disk) {
            return node.view.read(target, position);
        }
    }

    @Override
    public void force(boolean metaData) throws IOException {
        alive();
        disk.force(this, node, file);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        alive();
        disk.truncate(this, node, file, size);
        return this;
    }

    @Override
    public long size() throws IOException {
        alive();
        synchronized (disk) {
            return node.view.size();
        }
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        alive();
        synchronized (disk) {
            if (node.locked) {
                throw new OverlappingFileLockException();
            }
            node.locked = true;
            locking = true;
        }
        return new FileLock(this, position, size, shared) {
            @Override
            public boolean isValid() {
                return isOpen() && node.locked;
            }

            @Override
            public void release() {
                unlock();
            }
        };
    }

    private void unlock() {
        synchronized (disk) {
            if (locking && !dead) {
                node.locked = false;
            }
            locking = false;
        }
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() {
        unlock();
        disk.closed(this);
    }

    @Override
    public int read(ByteBuffer target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
        throw new UnsupportedOperationException();
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
}
