// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.porto.register.api.RegisterCode;

/** The file that the next roll-over takes: zeros, synced, so that batches find no metadata to write. Made in pieces. */
final class NextSegment implements AutoCloseable {

    static final String NAME = "next segment";
    static final String FILE = "journal-next";
    static final String MAKING_FILE = "journal-making";

    private final Stores.Parts parts;
    private final Medium medium;
    private final Path making;
    private ByteBuffer zeros = ByteBuffer.allocate(0);
    private Optional<FileChannel> channel = Optional.empty();
    private Optional<FileChannel> blocks = Optional.empty();
    private long at;
    private long capacity;
    private boolean made;

    NextSegment(Stores.Parts parts) {
        this.parts = parts;
        medium = parts.medium();
        making = parts.folder().resolve(MAKING_FILE);
    }

    Path file() {
        return parts.folder().resolve(FILE);
    }

    boolean made() {
        return made;
    }

    /** It has another name now. */
    void taken() {
        made = false;
    }

    /** All that is missing. */
    void make(long least) throws StoreException {
        long bytes = Disk.wholeBlocks(least);
        if (made && bytes <= capacity) {
            return;
        }
        if (bytes != capacity) {
            close();
        }
        made = false;
        while (!made) {
            step(bytes, Long.MAX_VALUE);
        }
    }

    /** A piece of it. */
    void step(long least, long most) throws StoreException {
        if (channel.isEmpty()) {
            begin(Disk.wholeBlocks(least));
        }
        FileChannel to = channel.orElseThrow();
        long end = at + Disk.wholeBlocks(Math.min(capacity - at, most));
        while (at < end) {
            long next = Math.min(end, at + Medium.PIECE);
            ByteBuffer piece = zeros.clear().limit((int) (next - at));
            medium.maintain(NAME, () -> medium.writeBlocks(blocks.orElseThrow(), piece, at));
            at = next;
        }
        if (at == capacity) {
            medium.maintain(NAME, () -> to.force(true));
            close();
            medium.maintain(NAME, () -> medium.move(making, file()));
            made = true;
        }
    }

    private void begin(long bytes) throws StoreException {
        try {
            channel = Optional.of(medium.disk.open(making));
        } catch (IOException e) {
            throw new StoreException(RegisterCode.STORE_FAILED, "next segment: " + e.getMessage(), e);
        }
        at = 0;
        capacity = bytes;
        zeros = Medium.blocks((int) Math.min(Medium.PIECE, capacity));
        boolean begun = false;
        try {
            medium.maintain(NAME, () -> {
                channel.orElseThrow().truncate(0);
                blocks = Optional.of(medium.disk.openBlocks(making));
            });
            begun = true;
        } finally {
            if (!begun) {
                close(); // the next attempt begins anew
            }
        }
    }

    @Override
    public void close() {
        blocks.ifPresent(Opening::quietly);
        blocks = Optional.empty();
        channel.ifPresent(Opening::quietly);
        channel = Optional.empty();
    }
}
