// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.porto.register.api.RegisterCode;

/** Whole reads and writes on the disk, counted, and each piece of a long write in a window of its own (rule V5). */
final class Medium {

    static final int PIECE = 256 * 1024;
    private static final int TRIES = 2;

    final Disk disk;
    final WriteWindows windows;
    final Counters counters;

    Medium(Disk disk, WriteWindows windows, Counters counters) {
        this.disk = disk;
        this.windows = windows;
        this.counters = counters;
    }

    /** Something that changes files. */
    interface Act {
        void run() throws IOException, StoreException;
    }

    /** Maintenance of a store, in a window for no record. */
    void maintain(String store, Act act) throws StoreException {
        WriteWindows.Window window = windows.open(store, 0);
        boolean ended = false;
        try {
            windows.check(window, store, 0);
            act.run();
            ended = true;
        } catch (IOException e) {
            ended = true;
            windows.close(window);
            throw new StoreException(RegisterCode.STORE_FAILED, store + ": " + e.getMessage(), e);
        } finally {
            if (!ended) {
                windows.abandon(window); // an error of the virtual machine, say: the next one is to find it closed
            }
        }
        windows.close(window);
    }

    /** To the last byte, or it fails. */
    void write(FileChannel channel, ByteBuffer buffer, long at) throws IOException {
        int start = buffer.position();
        while (buffer.hasRemaining()) {
            if (channel.write(buffer, at + buffer.position() - start) <= 0) {
                throw new IOException("nothing was written");
            }
        }
        counters.wrote(buffer.position() - start);
    }

    void write(FileChannel channel, byte[] bytes, long at) throws IOException {
        write(channel, ByteBuffer.wrap(bytes), at);
    }

    /** Whole blocks, which a channel of {@link Disk#openBlocks} takes only as such: what was written in part is written again. */
    void writeBlocks(FileChannel channel, ByteBuffer buffer, long at) throws IOException {
        int start = buffer.position();
        for (int failed = 0; buffer.hasRemaining(); ) {
            int from = buffer.position();
            int written = channel.write(buffer, at + from - start) / Disk.BLOCK * Disk.BLOCK;
            buffer.position(from + Math.max(0, written));
            failed = written > 0 ? 0 : failed + 1;
            if (failed > TRIES) {
                throw new IOException("not one block was written");
            }
        }
        counters.wrote(buffer.position() - start);
    }

    /** Outside the heap, so that the platform keeps no second copy a thread; from a block's bound on. */
    static ByteBuffer blocks(int bytes) {
        int whole = (int) Disk.wholeBlocks(bytes);
        return ByteBuffer.allocateDirect(whole + Disk.BLOCK).alignedSlice(Disk.BLOCK).limit(whole).slice();
    }

    void zero(FileChannel channel, long from, long to) throws IOException {
        byte[] zeros = new byte[(int) Math.min(PIECE, Math.max(0, to - from))];
        for (long at = from; at < to; at += PIECE) {
            write(channel, ByteBuffer.wrap(zeros, 0, (int) Math.min(zeros.length, to - at)), at);
        }
    }

    /** Empty when the file ends before. */
    static Optional<byte[]> read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                return Optional.empty();
            }
        }
        return Optional.of(buffer.array());
    }

    /** Made, and its name durable even when a run before made it and was cut off: else all in it could vanish with it. */
    void folder(Path folder) throws IOException {
        disk.createFolder(folder);
        disk.syncFolder(folder.getParent());
    }

    void move(Path from, Path to) throws IOException {
        disk.move(from, to);
        disk.syncFolder(to.getParent());
        if (!from.getParent().equals(to.getParent())) {
            disk.syncFolder(from.getParent());
        }
    }
}
