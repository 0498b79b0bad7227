// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.ZipOutputStream;
import org.h2.mvstore.Chunk;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.OffHeapStore;
import org.h2.mvstore.WriteBuffer;

/**
 * Where MVStore's chunks lie: a file of the vault's own disk, filled with zeros ahead of its use, so that a commit is one write and one
 * sync that finds no metadata to write. Every chunk ends with a CRC over itself and the CRC of the one before it, and says where the
 * next one will be: from either of two anchors a chain leads to the newest that is whole, and nothing stale can be taken for a part
 * of it. Blocks that a state on a chain from the older anchor may need are not written again. Layout: docs/vault.md.
 *
 * @param <C> MVStore's own kind of chunk, which has no name outside of it
 */
final class TableFile<C extends Chunk<C>> extends FileStore<C> {

    static final int BLOCK = 4096;

    private static final int ANCHORS = 2;
    private static final long ANCHOR_MAGIC = 0x50_4F_52_54_54_41_42_01L; // "PORTTAB", version 1
    private static final int ANCHOR_BYTES = 8 + 8 + 4 + 8 + 4 + 4;
    /** Chunks from one anchor to the next at most, which bounds what opening reads. */
    private static final int CHAIN = 16;
    /** The link and the CRC stand in the padding of MVStore's footer, in front of its line end. */
    private static final int LINK_AT = 9;
    private static final int CRC_AT = 5;
    /** Room kept for a next chunk that is a little longer. */
    private static final int NEXT_MORE = 2;
    private static final int HEADER_MAX = 1024;
    /** Blocks of the largest chunk that is believed. */
    private static final int LENGTH_MAX = 1 << 14;
    private static final long GROWTH_MIN = 8L * BLOCK;

    private record Anchor(int slot, long block, int chunk, long version, int crc) {}

    private final FileChannel channel;
    private final Medium medium;
    private final Function<String, C> chunks;
    private final TableSpace space = new TableSpace(ANCHORS);
    private final FileChannel blocks;
    private final ByteBuffer anchorOut = Medium.blocks(BLOCK);
    private ByteBuffer out = ByteBuffer.allocate(0);

    private record Held(long at, ByteBuffer bytes) {}

    /** What MVStore has written while its writes are held. Replaced as a whole: full segments are read meanwhile. */
    private volatile List<Held> held = List.of();

    private boolean holding;

    /** CRC of the newest chunk; the next one's link. */
    private int crc;

    private Optional<Anchor> newer = Optional.empty();
    private Optional<Anchor> written = Optional.empty();
    private boolean anchorDue = true;
    private int sinceAnchor;

    private TableFile(
            Map<String, Object> config, FileChannel channel, FileChannel blocks, Medium medium, Function<String, C> chunks) {
        super(config);
        this.channel = channel;
        this.blocks = blocks;
        this.medium = medium;
        this.chunks = chunks;
        setRetentionTime(-1);
        space.end(length() / BLOCK);
        setSize(blank() ? 0 : length());
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

    private boolean blank() {
        byte[] head = new byte[(int) Math.min((long) ANCHORS * BLOCK, length())];
        DataUtils.readFully(channel, 0, ByteBuffer.wrap(head));
        return Arrays.equals(head, new byte[head.length]);
    }

    private long length() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_READING_FAILED, "length: {0}", e, e);
        }
    }

    /** The newest state that is whole: from the newer anchor, or from the other when what that one names is not there. */
    @Override
    protected void readStoreHeader(boolean recoveryMode) {
        List<Anchor> anchors = Stream.of(anchor(0), anchor(1))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingLong(Anchor::version).reversed())
                .toList();
        for (Anchor anchor : anchors) {
            Optional<Found<C>> first = chunk(anchor.block(), anchor.chunk()).filter(found -> found.crc() == anchor.crc());
            if (first.isPresent()) {
                newer = Optional.of(anchor);
                follow(first.get());
                return;
            }
        }
        throw DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, "no state in the file is whole");
    }

    private void follow(Found<C> first) {
        List<C> chain = new ArrayList<>();
        for (Optional<Found<C>> next = Optional.of(first); next.isPresent(); ) {
            C at = next.get().chunk();
            crc = next.get().crc();
            chain.add(at);
            next = chunk(at.next, at.id + 1 & Chunk.MAX_ID).filter(found -> found.link() == crc && found.chunk().version > at.version);
        }
        C newest = chain.get(chain.size() - 1);
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
        for (C chunk : chain) {
            if (space.isFree(chunk.block, chunk.len)) {
                space.take(chunk.block, chunk.len);
                space.rest(chunk.block, chunk.len, newest.version);
            }
        }
    }

    private Optional<Anchor> anchor(int slot) {
        ByteBuffer in = ByteBuffer.allocate(ANCHOR_BYTES);
        if (length() < (long) slot * BLOCK + ANCHOR_BYTES) {
            return Optional.empty();
        }
        DataUtils.readFully(channel, (long) slot * BLOCK, in);
        if (in.getInt(ANCHOR_BYTES - Integer.BYTES) != crc(in, ANCHOR_BYTES - Integer.BYTES) || in.getLong(0) != ANCHOR_MAGIC) {
            return Optional.empty();
        }
        in.position(Long.BYTES);
        return Optional.of(new Anchor(slot, in.getLong(), in.getInt(), in.getLong(), in.getInt()));
    }

    private record Found<C>(C chunk, int link, int crc) {}

    /** What lies there when it is that chunk, to its last byte. Only a medium that cannot be read is a failure. */
    private Optional<Found<C>> chunk(long block, int id) {
        long at = block * BLOCK;
        if (block < ANCHORS || at + BLOCK > length()) {
            return Optional.empty();
        }
        ByteBuffer head = ByteBuffer.allocate(BLOCK);
        DataUtils.readFully(channel, at, head);
        Optional<C> header = header(head.array());
        if (header.isEmpty() || header.get().id != id || header.get().len < 1 || header.get().len > LENGTH_MAX) {
            return Optional.empty();
        }
        C chunk = header.get();
        int length = chunk.len * BLOCK;
        if (at + length > length()) {
            return Optional.empty();
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        DataUtils.readFully(channel, at, all);
        int own = crc(all, length - CRC_AT);
        if (all.getInt(length - CRC_AT) != own) {
            return Optional.empty();
        }
        chunk.block = block;
        return Optional.of(new Found<>(chunk, all.getInt(length - LINK_AT), own));
    }

    private Optional<C> header(byte[] block) {
        int end = 0;
        while (end < HEADER_MAX && block[end] != '\n') {
            end++;
        }
        try {
            return end == HEADER_MAX
                    ? Optional.empty()
                    : Optional.of(chunks.apply(new String(block, 0, end, StandardCharsets.ISO_8859_1).trim()));
        } catch (MVStoreException | IllegalArgumentException e) {
            return Optional.empty(); // no chunk begins here
        }
    }

    private static int crc(ByteBuffer heap, int length) {
        CRC32C crc = new CRC32C();
        crc.update(heap.array(), heap.arrayOffset(), length);
        return (int) crc.getValue();
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
        int length = bytes.limit();
        bytes.putInt(length - LINK_AT, crc);
        crc = crc(bytes, length - CRC_AT);
        bytes.putInt(length - CRC_AT, crc);
        writeFully(chunk, chunk.block * BLOCK, bytes);
        sinceAnchor++;
        if (anchorDue || sinceAnchor >= CHAIN) {
            write(new Anchor(1 - newer.map(Anchor::slot).orElse(1), chunk.block, chunk.id, chunk.version, crc));
        }
    }

    private void write(Anchor anchor) {
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
        bytes.putLong(ANCHOR_MAGIC).putLong(anchor.block()).putInt(anchor.chunk()).putLong(anchor.version()).putInt(anchor.crc());
        bytes.putInt(crc(bytes, ANCHOR_BYTES - Integer.BYTES)).rewind();
        writeFully(null, (long) anchor.slot() * BLOCK, bytes);
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

    // --- what MVStore asks of its files beyond that

    @Override
    protected C createChunk(int id) {
        return chunks.apply("chunk:" + Integer.toHexString(id));
    }

    @Override
    public C createChunk(String text) {
        return chunks.apply(text);
    }

    @Override
    protected C createChunk(Map<String, String> map) {
        return chunks.apply(DataUtils.appendMap(new StringBuilder(), new HashMap<>(map)).toString());
    }

    /** It never saves on its own. */
    @Override
    public boolean shouldSaveNow(int unsavedMemory, int autoCommitMemory) {
        return false;
    }

    @Override
    protected boolean validateFileLength(String message) {
        return true;
    }

    @Override
    protected void markUsed(long pos, int length) {
        throw new UnsupportedOperationException("space is taken with the chain");
    }

    @Override
    public void open(String fileName, boolean readOnly, char[] encryptionKey) {
        throw new UnsupportedOperationException("the vault opens the file");
    }

    @Override
    public FileStore<C> open(String fileName, boolean readOnly) {
        throw new UnsupportedOperationException("the vault opens the file");
    }

    @Override
    protected void writeCleanShutdownMark() {
        // Every opening finds its way by the anchors.
    }

    @Override
    protected void adjustStoreToLastChunk() {
        throw new UnsupportedOperationException("opening follows the chain itself");
    }

    @Override
    protected void compactStore(int thresholdFillRate, long maxCompactTime, int maxWriteSize, MVStore mvStore) {
        // Space comes back as records leave.
    }

    @Override
    protected void doHousekeeping(MVStore mvStore) {
        // Nothing is written outside a window.
    }

    @Override
    public int getFillRate() {
        return 100;
    }

    @Override
    protected void shrinkStoreIfPossible(int minPercent) {
        // A file that shrinks would only have to grow again.
    }

    @Override
    public void backup(ZipOutputStream target) {
        throw new UnsupportedOperationException("the journal and the archive are the copies");
    }
}
