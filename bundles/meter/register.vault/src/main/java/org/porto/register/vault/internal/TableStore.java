// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.porto.register.api.RegisterCode;

/**
 * Second store: an embedded copy-on-write table store (H2 MVStore). Holds the records of the journal's segments that are not archived
 * yet, a map for each, and these segments' headers; older ones leave it for the archive, so that its size is bounded. One commit and
 * one sync a batch; MVStore's own background writer is off, so nothing is written outside a window.
 */
final class TableStore implements RegisterStore, AutoCloseable {

    static final String NAME = "table";
    private static final byte[] NONE = new byte[0];
    private static final int CACHE_MEGABYTES = 1;
    /** A commit writes the newest leaf again: of so many records at most. */
    private static final int RECORDS_PER_PAGE = 16;
    private static final int RECORDS_PER_COMMIT = 1000;
    private static final String RECORDS = "records-";

    /** Records of one segment, by number. */
    private record Part(long number, long first, MVMap<Long, byte[]> records) {}

    private final WriteWindows windows;
    private final Counters counters;
    private final TableFile<?> file;
    private final MVStore store;
    private final MVMap<Long, byte[]> headers;
    private final NavigableMap<Long, Part> parts = new TreeMap<>();
    private List<StoredRecord> ready = List.of();
    private boolean syncFailed;

    /** @throws StoreException {@code REG-018} when MVStore cannot make sense of its file, {@code REG-011} when it cannot use it */
    TableStore(Path path, Medium medium) throws StoreException {
        windows = medium.windows;
        counters = medium.counters;
        FileChannel channel;
        try {
            channel = medium.disk.open(path);
        } catch (IOException e) {
            throw new StoreException(RegisterCode.STORE_FAILED, NAME + ": opening: " + e.getMessage(), e);
        }
        FileChannel blocks = channel;
        boolean good = false;
        try {
            blocks = medium.disk.openBlocks(path);
            file = TableFile.on(channel, blocks, medium, CACHE_MEGABYTES);
            store = new MVStore.Builder()
                    .adoptFileStore(file)
                    .autoCommitDisabled()
                    .keysPerPage(RECORDS_PER_PAGE)
                    .open();
            store.setVersionsToKeep(0);
            headers = store.openMap("headers", map());
            for (String name : store.getMapNames()) {
                if (name.startsWith(RECORDS)) {
                    String[] numbers = name.substring(RECORDS.length()).split("-");
                    add(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
                }
            }
            good = true;
        } catch (IOException e) {
            throw new StoreException(RegisterCode.STORE_FAILED, NAME + ": opening: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw failed("opening", e);
        } finally {
            if (!good) {
                Opening.quietly(blocks);
                Opening.quietly(channel);
            }
        }
    }

    private void add(long number, long first) {
        parts.put(first, new Part(number, first, store.openMap(RECORDS + number + "-" + first, map().singleWriter())));
    }

    private static MVMap.Builder<Long, byte[]> map() {
        return new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE).valueType(ByteArrayDataType.INSTANCE);
    }

    /** MVStore answers damage with whatever its decoding runs into; its own codes tell the failures of the medium apart. */
    private static boolean damage(RuntimeException e) {
        if (!(e instanceof MVStoreException known)) {
            return true;
        }
        if (known.getCause() instanceof EOFException) {
            return true; // a file cut short reads as a failed read
        }
        int code = known.getErrorCode();
        return code != DataUtils.ERROR_READING_FAILED
                && code != DataUtils.ERROR_WRITING_FAILED
                && code != DataUtils.ERROR_FILE_LOCKED
                && code != DataUtils.ERROR_CLOSED;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Number of the last record it has, 0 for none. */
    long lastSequence() throws StoreException {
        return reading(() -> {
            for (Part part : parts.descendingMap().values()) {
                Long last = part.records().lastKey();
                if (last != null) {
                    return last;
                }
            }
            return parts.isEmpty() ? 0L : parts.firstKey() - 1;
        });
    }

    Optional<byte[]> bytes(long sequence) throws StoreException {
        Map.Entry<Long, Part> part = parts.floorEntry(sequence);
        return part == null
                ? Optional.empty()
                : reading(() -> Optional.ofNullable(part.getValue().records().get(sequence)));
    }

    /** From a record on, in order, in one segment: looking each of them up takes several times as long. Nothing may be written meanwhile. */
    Walk walk(long from) throws StoreException {
        return new Walk(from);
    }

    /** Stands before a record. */
    final class Walk {
        private final Optional<Cursor<Long, byte[]>> cursor;
        private long key;
        private byte[] value;

        private Walk(long from) throws StoreException {
            try {
                Map.Entry<Long, Part> part = parts.floorEntry(from);
                cursor = part == null ? Optional.empty() : Optional.of(part.getValue().records().cursor(from));
                step();
            } catch (RuntimeException e) {
                throw failed("reading", e);
            }
        }

        private void step() {
            if (cursor.isPresent() && cursor.get().hasNext()) {
                key = cursor.get().next();
                value = cursor.get().getValue();
            } else {
                key = Long.MAX_VALUE;
            }
        }

        /** This record's bytes, of no length when there is none. Asked for with rising numbers. */
        byte[] bytes(long sequence) throws StoreException {
            try {
                while (key < sequence) {
                    step();
                }
            } catch (RuntimeException e) {
                throw failed("reading", e);
            }
            return key == sequence ? value : NONE;
        }
    }

    Optional<byte[]> header(long number) throws StoreException {
        return reading(() -> Optional.ofNullable(headers.get(number)));
    }

    /** Highest segment that it has a header of, 0 for none. */
    long lastHeader() throws StoreException {
        return reading(() -> Optional.ofNullable(headers.lastKey())).orElse(0L);
    }

    private interface Read<T> {
        T get();
    }

    private static <T> T reading(Read<T> read) throws StoreException {
        try {
            return read.get();
        } catch (RuntimeException e) {
            throw failed("reading", e);
        }
    }

    /**
     * Makes the commit of a batch ready in memory: what it takes of MVStore's own work, and nothing of the medium. {@link #append} of the
     * same batch follows, or the store is closed.
     */
    void prepare(List<StoredRecord> batch) throws StoreException {
        long first = batch.get(0).sequence();
        try {
            Part newest = parts.lastEntry().getValue();
            Long last = newest.records().lastKey();
            if (first - 1 != (last == null ? newest.first() - 1 : last)) {
                throw new StoreException(RegisterCode.WINDOW_VIOLATED, "record " + first + " does not follow " + last);
            }
            file.hold();
            for (StoredRecord stored : batch) {
                newest.records().append(stored.sequence(), stored.bytes());
            }
            store.commit();
            ready = batch;
        } catch (RuntimeException e) {
            throw failed("making ready records from " + first, e);
        }
    }

    @Override
    public void append(WriteWindows.Window window, List<StoredRecord> batch) throws StoreException {
        windows.check(window, NAME, batch.get(0).sequence(), batch.get(batch.size() - 1).sequence());
        if (ready != batch) {
            prepare(batch);
        }
        ready = List.of();
        sync(file::release);
    }

    /** Puts a record where it belongs, also once more; durable by {@link #commit}. Inside a maintenance window. */
    void put(long sequence, byte[] bytes) throws StoreException {
        try {
            parts.floorEntry(sequence).getValue().records().put(sequence, bytes);
            if (sequence % RECORDS_PER_COMMIT == 0) {
                store.commit();
            }
        } catch (RuntimeException e) {
            throw failed("writing record " + sequence, e);
        }
    }

    /** A new segment's, or once more one that it has; its records have a map of their own, which goes as a whole. */
    void putHeader(SegmentHeader header) throws StoreException {
        try {
            headers.put(header.number(), header.bytes());
            Part there = parts.get(header.first());
            if (there != null && there.number() != header.number()) {
                store.removeMap(there.records());
            }
            if (there == null || there.number() != header.number()) {
                add(header.number(), header.first());
            }
        } catch (RuntimeException e) {
            throw failed("writing header " + header.number(), e);
        }
    }

    /** Drops what is not of the journal: what is archived, a record behind the last, a segment that the journal has not begun. */
    void keepOnly(long lastSequence, long segmentFrom, long segmentTo) throws StoreException {
        try {
            for (Long key : List.copyOf(headers.keySet())) {
                if (key < segmentFrom || key > segmentTo) {
                    headers.remove(key);
                }
            }
            for (Part part : List.copyOf(parts.values())) {
                if (part.number() < segmentFrom || part.number() > segmentTo) {
                    store.removeMap(part.records());
                    parts.remove(part.first());
                    continue;
                }
                MVMap<Long, byte[]> records = part.records();
                for (Long key = records.lastKey(); key != null && key > lastSequence; key = records.lastKey()) {
                    records.remove(key);
                }
            }
        } catch (RuntimeException e) {
            throw failed("dropping records", e);
        }
    }

    /** MVStore's commit writes; only the sync of its file store makes it durable. */
    void commit() throws StoreException {
        sync(store::commit);
    }

    private void sync(Runnable writes) throws StoreException {
        try {
            writes.run();
            long begun = windows.nanos();
            syncFailed = true;
            file.sync();
            syncFailed = false;
            counters.table.took(windows.nanos() - begun);
        } catch (RuntimeException e) {
            throw failed("committing", e);
        }
    }

    boolean cramped() {
        return file.cramped();
    }

    /** Makes the file longer. Inside a maintenance window. @return by how many bytes */
    long grow(long most) throws IOException {
        long bytes = file.lengthen(most);
        syncFailed = true;
        file.lengthened();
        syncFailed = false;
        return bytes;
    }

    /** After a failed sync nothing says which pages are on the medium: the table is then made anew. */
    boolean syncFailed() {
        return syncFailed;
    }

    /** Without MVStore's housekeeping at the end: that would write outside every window. */
    @Override
    public void close() {
        store.closeImmediately();
    }

    private static StoreException failed(String what, RuntimeException e) {
        if (e.getCause() instanceof StoreException own) {
            return own;
        }
        return new StoreException(
                damage(e) ? RegisterCode.RECORD_BROKEN : RegisterCode.STORE_FAILED, NAME + ": " + what, e);
    }
}
