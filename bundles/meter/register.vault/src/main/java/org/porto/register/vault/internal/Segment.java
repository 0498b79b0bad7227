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

    final Path file;
    final SegmentHeader header;
    final IdIndex index;
    private final Medium medium;
    private final RecordCodec codec;
    private final FileChannel channel;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
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
        ByteBuffer out = buffer(length);
        records.forEach(stored -> out.put(stored.bytes()));
        try {
            medium.write(channel, out.flip(), end);
            long begun = medium.windows.nanos();
            channel.force(false);
            medium.counters.journal.took(medium.windows.nanos() - begun);
        } catch (IOException e) {
            throw failed("writing records " + first + ".." + to, e);
        }
        for (StoredRecord stored : records) {
            index.add(stored.idHigh(), stored.idLow(), (int) end);
            end += stored.bytes().length;
        }
        last = Optional.of(records.get(records.size() - 1));
    }

    /** Outside the heap, so that the platform keeps no second copy a thread. */
    private ByteBuffer buffer(int length) {
        if (buffer.capacity() < length) {
            buffer = ByteBuffer.allocateDirect(Math.max(8 * 1024, Integer.highestOneBit(length) * 2));
        }
        return buffer.clear();
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
        try {
            channel.close();
        } catch (IOException e) {
            // Every record was synced when it was written: nothing is lost with the channel.
            buffer = ByteBuffer.allocate(0);
        }
    }

    private static StoreException failed(String what, IOException e) {
        return new StoreException(RegisterCode.STORE_FAILED, NAME + ": " + what + ": " + e.getMessage(), e);
    }
}
