// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.h2.mvstore.Chunk;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.OffHeapStore;
import org.h2.mvstore.WriteBuffer;

/**
 * Where MVStore's chunks lie: a file of the vault's own disk, filled with zeros ahead of its use, so that a commit is one write and one
 * sync that finds no metadata to write. From either of two anchors a {@link TableChain} leads to the newest chunk that is whole, and
 * nothing stale can be taken for a part of it. Blocks that a state on a chain from the older anchor may need are not written again. Layout: docs/vault.md.
 *
 * @param <C> MVStore's own kind of chunk, which has no name outside of it
 */
final class TableFile<C extends Chunk<C>> extends PassiveFileStore<C> {

    static final int BLOCK = Disk.BLOCK;

    /** Chunks from one anchor to the next at most, which bounds what opening reads. */
    private static final int CHAIN = 16;
    /** Room kept for a next chunk that is a little longer. */
    private static final int NEXT_MORE = 2;
    private static final long GROWTH_MIN = 8L * BLOCK;

    private final FileChannel channel;
    private final Medium medium;
    private final TableChain<C> chain;
    private final TableSpace space = new TableSpace(TableAnchor.SLOTS);
    private final FileChannel blocks;
    private final ByteBuffer anchorOut = Medium.blocks(BLOCK);
    private ByteBuffer out = ByteBuffer.allocate(0);

    private record Held(long at, ByteBuffer bytes) {}

    /** What MVStore has written while its writes are held. Replaced as a whole: full segments are read meanwhile. */
    private volatile List<Held> held = List.of();

    private boolean holding;

    /** CRC of the newest chunk; the next one's link. */
    private int crc;

    private Optional<TableAnchor> newer = Optional.empty();
    private Optional<TableAnchor> written = Optional.empty();
    private boolean anchorDue = true;
    private int sinceAnchor;

    private TableFile(
            Map<String, Object> config, FileChannel channel, FileChannel blocks, Medium medium, Function<String, C> chunks) {
        super(config, chunks);
        this.channel = channel;
        this.blocks = blocks;
        this.medium = medium;
        chain = new TableChain<>(channel, chunks);
        setRetentionTime(-1);
        space.end(chain.length() / BLOCK);
        setSize(chain.blank() ? 0 : chain.length());
    }

    /** @param blocks the same file for what is written */
    static TableFile<?> on(FileChannel channel, FileChannel blocks, Medium medium, int cacheMegabytes) {
        return of(new OffHeapStore(), Map.of("cacheSize", cacheMegabytes), channel, blocks, medium);
    }

    /** Chunks can be made by MVStore's own stores only: one of them lends its way to make them. */
    private static <C extends Chunk<C>> TableFile<C> of(
            FileStore<C> maker, Map<String, Object> config, FileChannel channel, FileChannel blocks, Medium medium) {
        return new TableFile<>(config, channel, blocks, medium, maker::createChunk);
    }

    // --- reading

    @Override
    protected void readStoreHeader(boolean recoveryMode) {
        TableChain.State<C> state = chain.newest();
        newer = Optional.of(state.anchor());
        crc = state.crc();
        C newest = state.newest();
        setLastChunk(newest);
        for (C chunk : getChunksFromLayoutMap()) {
            if (chunk.maxLenLive == 0) {
                registerDeadChunk(chunk);
            }
        }
        for (C chunk : getChunks().values()) {
            if (chunk.len < 1 || !space.isFree(chunk.block, chunk.len)) {
                throw DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, "chunks lie on one another: {0}", chunk);
            }
            space.take(chunk.block, chunk.len);
        }
        for (C chunk : state.chunks()) {
            if (space.isFree(chunk.block, chunk.len)) {
                space.take(chunk.block, chunk.len);
                space.rest(chunk.block, chunk.len, newest.version);
            }
        }
    }

    @Override
    public ByteBuffer readFully(C chunk, long pos, int len) {
        for (Held write : held) {
            if (pos >= write.at() && pos + len <= write.at() + write.bytes().limit()) {
                ByteBuffer bytes = ByteBuffer.allocate(len);
                return bytes.put(0, write.bytes(), (int) (pos - write.at()), len);
            }
        }
        return readFully(channel, pos, len);
    }

    // --- writing

    @Override
    protected void initializeStoreHeader(long time) {
        // A new file gets its first anchor with its first chunk.
    }

    @Override
    protected void allocateChunkSpace(C chunk, WriteBuffer buffer) {
        long foretold = lastChunk == null ? 0 : lastChunk.next;
        if (!space.isFree(foretold, chunk.len)) {
            foretold = space.find(chunk.len);
            anchorDue = true;
        }
        space.take(foretold, chunk.len);
        chunk.block = foretold;
        chunk.next = space.find(chunk.len + NEXT_MORE);
    }

    @Override
    protected void writeChunk(C chunk, WriteBuffer buffer) {
        ByteBuffer bytes = buffer.getBuffer();
        crc = TableChain.link(bytes, crc);
        writeFully(chunk, chunk.block * BLOCK, bytes);
        sinceAnchor++;
        if (anchorDue || sinceAnchor >= CHAIN) {
            write(new TableAnchor(1 - newer.map(TableAnchor::slot).orElse(1), chunk.block, chunk.id, chunk.version, crc));
        }
    }

    private void write(TableAnchor anchor) {
        writeFully(null, (long) anchor.slot() * BLOCK, anchor.encode());
        written = Optional.of(anchor);
        anchorDue = false;
        sinceAnchor = 0;
    }

    /** Until {@link #release} nothing is written: a commit can then be made while another store has the open window. */
    void hold() {
        holding = true;
    }

    /** Writes what was held, in its order. */
    void release() {
        holding = false;
        for (Held write : held) {
            write(write.at(), write.bytes());
        }
        held = List.of();
    }

    @Override
    protected void writeFully(C chunk, long pos, ByteBuffer source) {
        ByteBuffer bytes = (chunk == null ? anchorOut : outside(source.remaining())).clear().put(source).flip();
        if (holding) {
            held = Stream.concat(held.stream(), Stream.of(new Held(pos, bytes))).toList();
        } else {
            write(pos, bytes);
        }
        writeCount.incrementAndGet();
    }

    private void write(long pos, ByteBuffer bytes) {
        try {
            medium.windows.check(TableStore.NAME);
            medium.writeBlocks(blocks, bytes, pos);
        } catch (IOException e) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, "writing: {0}", e, e);
        } catch (StoreException e) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_INTERNAL, "writing: {0}", e, e);
        }
    }

    private ByteBuffer outside(int bytes) {
        if (out.capacity() < bytes || held.stream().anyMatch(write -> write.bytes() == out)) {
            out = Medium.blocks(Integer.highestOneBit(bytes) * 2);
        }
        return out;
    }

    @Override
    public void sync() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, "sync: {0}", e, e);
        }
        if (written.isPresent()) {
            newer.ifPresent(anchor -> space.release(anchor.version()));
            newer = written;
            written = Optional.empty();
        }
    }

    @Override
    protected void freeChunkSpace(Iterable<C> freed) {
        for (C chunk : freed) {
            space.rest(chunk.block, chunk.len, getMvStore().getCurrentVersion());
        }
    }

    /** Whether the file should become longer before a batch has to make it so. */
    boolean cramped() {
        return space.cramped();
    }

    /** By a piece of zeros: all that a batch writes then finds its place on the medium. @return its length */
    long lengthen(long most) throws IOException {
        long from = channel.size();
        long bytes = Math.max(GROWTH_MIN, Math.min(Math.min(Medium.PIECE, most), from / 2) / BLOCK * BLOCK);
        medium.zero(channel, from, from + bytes);
        return bytes;
    }

    void lengthened() throws IOException {
        channel.force(true);
        space.end(channel.size() / BLOCK);
    }

    @Override
    public void close() {
        Opening.quietly(blocks);
        Opening.quietly(channel);
        super.close();
    }
}
