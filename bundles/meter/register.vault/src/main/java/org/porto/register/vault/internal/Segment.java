// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.porto.register.api.RegisterCode;

/**
 * First store: a segment of the journal, live or waiting to be archived. The file was filled with zeros and synced before, so
 * that a batch is one write and one sync that finds no metadata to write. Records lie back to back behind the header; nothing is
 * ever overwritten with other bytes, except what a crash left torn behind the last record.
 */
final class Segment implements RegisterStore, AutoCloseable {

    static final String NAME = "journal";
    private static final byte[] ZEROS = new byte[Disk.BLOCK];
    private static final int TAIL_BYTES = 2 * Disk.BLOCK;

    final Path file;
    final SegmentHeader header;
    final IdIndex index;
    private final Medium medium;
    private final RecordCodec codec;
    private final FileChannel channel;
    private Optional<FileChannel> blocks = Optional.empty();

    /** From the block on that the next record begins in: what that block holds already, then what a batch adds. */
    private ByteBuffer tail = ByteBuffer.allocate(0);

    private Optional<StoredRecord> last;
    private long end;

    /** @param index of the records up to {@code end} */
    Segment(
            Path file,
            FileChannel channel,
            SegmentHeader header,
            IdIndex index,
            Optional<StoredRecord> last,
            long end,
            Medium medium,
            RecordCodec codec) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        this.index = index;
        this.last = last;
        this.end = end;
        this.medium = medium;
        this.codec = codec;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The last record, which may be the one in front of the segment. */
    Optional<StoredRecord> last() {
        return last;
    }

    long end() {
        return end;
    }

    long lastSequence() {
        return header.first() + index.size() - 1;
    }

    /** Room for records; a trailer's is kept. */
    long room() {
        return header.capacity() - end - Trailer.BYTES;
    }

    boolean halfFull() {
        return room() < header.capacity() / 2;
    }

    @Override
    public void append(WriteWindows.Window window, List<StoredRecord> records) throws StoreException {
        long first = records.get(0).sequence();
        long to = records.get(records.size() - 1).sequence();
        medium.windows.check(window, NAME, first, to);
        int length = 0;
        long next = lastSequence() + 1;
        for (StoredRecord stored : records) {
            if (stored.sequence() != next++) {
                throw new StoreException(RegisterCode.WINDOW_VIOLATED, "record " + stored.sequence() + " does not follow");
            }
            length += stored.bytes().length;
        }
        if (length > room()) {
            throw new StoreException(RegisterCode.WINDOW_VIOLATED, "records behind the end of the segment");
        }
        try {
            FileChannel out = blocks.orElseThrow(() -> new IOException("segment is not the live one"));
            int before = (int) (end % Disk.BLOCK);
            ByteBuffer whole = tail(before + length);
            whole.limit(before + length).position(before);
            records.forEach(stored -> whole.put(stored.bytes()));
            fill(whole);
            medium.writeBlocks(out, whole.position(0), end - before);
            long begun = medium.windows.nanos();
            out.force(false);
            medium.counters.journal.took(medium.windows.nanos() - begun);
            keep((before + length) / Disk.BLOCK * Disk.BLOCK);
        } catch (IOException e) {
            throw failed("writing records " + first + ".." + to, e);
        }
        for (StoredRecord stored : records) {
            index.add(stored.idHigh(), stored.idLow(), (int) end);
            end += stored.bytes().length;
        }
        last = Optional.of(records.get(records.size() - 1));
    }

    /**
     * From here on it takes batches. Each is written in whole blocks, and the first of them holds records of batches before: the same
     * bytes again, as they are in memory, so that a write that is torn there leaves what was.
     */
    void live() throws IOException {
        FileChannel opened = medium.disk.openBlocks(file);
        blocks = Optional.of(opened);
        long at = end / Disk.BLOCK * Disk.BLOCK;
        tail = Medium.blocks(TAIL_BYTES);
        tail.put(Medium.read(channel, at, (int) (end - at)).orElseThrow(() -> new IOException("file ends early")));
    }

    /** With room for so many, and what it holds. */
    private ByteBuffer tail(int length) {
        if (tail.capacity() < length) {
            ByteBuffer larger = Medium.blocks(Integer.highestOneBit(length) * 2);
            larger.put(tail.position(0).limit(Disk.BLOCK));
            tail = larger;
        }
        return tail;
    }

    /** Zeros up to the block's end. */
    private static void fill(ByteBuffer whole) {
        whole.limit((int) Disk.wholeBlocks(whole.position()));
        whole.put(ZEROS, 0, whole.remaining());
    }

    /** The last block begins the next batch's. */
    private void keep(int from) {
        if (from > 0) {
            tail.limit(Math.min(tail.capacity(), from + Disk.BLOCK)).position(from);
            tail.compact();
        }
    }

    StoredRecord record(int slot) throws StoreException, BrokenRecordException {
        StoredRecord stored = codec.decode(bytes(slot));
        if (stored.sequence() != header.first() + slot) {
            throw new BrokenRecordException("record " + (header.first() + slot) + " says " + stored.sequence());
        }
        return stored;
    }

    /** As they are on the medium. */
    byte[] bytes(int slot) throws StoreException {
        long at = offset(slot);
        long to = offset(slot + 1);
        try {
            return Medium.read(channel, at, (int) (to - at)).orElseThrow(() -> new IOException("file ends early"));
        } catch (IOException e) {
            throw failed("reading", e);
        }
    }

    /** Where a record begins; the one behind the last at the end. */
    long offset(int slot) {
        return slot < index.size() ? index.offset(slot) : end;
    }

    SequentialReader reader() {
        return new SequentialReader(channel, end);
    }

    /** Every record onwards from this slot, as it is on the medium. */
    void walk(int slot, int count, Sink sink) throws StoreException, BrokenRecordException {
        SequentialReader reader = reader();
        try {
            for (int i = slot; i < Math.min(index.size(), slot + count); i++) {
                long at = offset(i);
                sink.accept(reader.read(at, (int) (offset(i + 1) - at)).orElseThrow(() -> new IOException("file ends early")));
            }
        } catch (IOException e) {
            throw failed("reading", e);
        }
    }

    /** Takes the bytes of a walk, in order. */
    interface Sink {
        void accept(byte[] bytes) throws IOException, StoreException, BrokenRecordException;
    }

    /** Writes one record where it belongs once more; durable by {@link #sync}. Inside a maintenance window. */
    void rewrite(int slot, byte[] bytes) throws IOException {
        medium.write(channel, bytes, index.offset(slot));
    }

    void rewriteHeader() throws IOException {
        medium.write(channel, header.bytes(), 0);
    }

    void zero(long from, long to) throws IOException {
        medium.zero(channel, from, Math.min(to, header.capacity()));
    }

    void sync() throws IOException {
        channel.force(true);
    }

    /** Ends the file with its trailer, for good. Inside a maintenance window. */
    void close(Trailer trailer) throws IOException {
        medium.write(channel, trailer.bytes(), end);
        channel.force(true);
        channel.truncate(end + Trailer.BYTES);
        channel.force(true);
    }

    @Override
    public void close() {
        blocks.ifPresent(Opening::quietly); // every record was synced when it was written: nothing is lost with the channels
        blocks = Optional.empty();
        Opening.quietly(channel);
    }

    private static StoreException failed(String what, IOException e) {
        return new StoreException(RegisterCode.STORE_FAILED, NAME + ": " + what + ": " + e.getMessage(), e);
    }
}
