// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.porto.register.api.RegisterCode;

/**
 * Second store: an embedded copy-on-write table store (H2 MVStore). Holds the records of the journal's live segment, the one in
 * front of them, and the segment's header; older ones leave it for the archive, so that its size is bounded. One commit and one
 * sync a batch; MVStore's own background writer is off, so nothing is written outside a window.
 */
final class TableStore implements RegisterStore, AutoCloseable {

    static final String NAME = "table";
    private static final int CACHE_MEGABYTES = 1;
    /** A commit writes the newest leaf again: of so many records at most. */
    private static final int RECORDS_PER_PAGE = 16;
    private static final int RECORDS_PER_COMMIT = 1000;

    private final WriteWindows windows;
    private final Counters counters;
    private final TableFile<?> file;
    private final MVStore store;
    private final MVMap<Long, byte[]> records;
    private final MVMap<Long, byte[]> headers;
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
        boolean good = false;
        try {
            file = TableFile.on(channel, medium, CACHE_MEGABYTES);
            store = new MVStore.Builder()
                    .adoptFileStore(file)
                    .autoCommitDisabled()
                    .keysPerPage(RECORDS_PER_PAGE)
                    .open();
            store.setVersionsToKeep(0);
            records = store.openMap("records", map().singleWriter());
            headers = store.openMap("headers", map());
            good = true;
        } catch (RuntimeException e) {
            throw failed("opening", e);
        } finally {
            if (!good) {
                Opening.quietly(channel);
            }
        }
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
        return reading(() -> Optional.ofNullable(records.lastKey())).orElse(0L);
    }

    Optional<byte[]> bytes(long sequence) throws StoreException {
        return reading(() -> Optional.ofNullable(records.get(sequence)));
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

    @Override
    public void append(WriteWindows.Window window, List<StoredRecord> batch) throws StoreException {
        long first = batch.get(0).sequence();
        long to = batch.get(batch.size() - 1).sequence();
        windows.check(window, NAME, first, to);
        try {
            Long before = records.lastKey();
            if (before != null && before != first - 1) {
                throw new StoreException(RegisterCode.WINDOW_VIOLATED, "record " + first + " does not follow " + before);
            }
            for (StoredRecord stored : batch) {
                records.append(stored.sequence(), stored.bytes());
            }
        } catch (RuntimeException e) {
            throw failed("writing records " + first + ".." + to, e);
        }
        commit();
    }

    /** Puts a record where it belongs, also once more; durable by {@link #commit}. Inside a maintenance window. */
    void put(long sequence, byte[] bytes) throws StoreException {
        try {
            records.put(sequence, bytes);
            if (sequence % RECORDS_PER_COMMIT == 0) {
                store.commit();
            }
        } catch (RuntimeException e) {
            throw failed("writing record " + sequence, e);
        }
    }

    void putHeader(SegmentHeader header) throws StoreException {
        try {
            headers.put(header.number(), header.bytes());
        } catch (RuntimeException e) {
            throw failed("writing header " + header.number(), e);
        }
    }

    /** Drops records below this one, at most so many. @return whether there may be more */
    boolean removeBelow(long sequence, int most) throws StoreException {
        try {
            for (int i = 0; i < most; i++) {
                Long first = records.firstKey();
                if (first == null || first >= sequence) {
                    return false;
                }
                records.remove(first);
            }
            return true;
        } catch (RuntimeException e) {
            throw failed("dropping records", e);
        }
    }

    /** Drops what is not of the journal: a record behind the last, a header that no segment has. */
    void keepOnly(long lastSequence, long headerFrom, long headerTo) throws StoreException {
        try {
            for (Long key = records.lastKey(); key != null && key > lastSequence; key = records.lastKey()) {
                records.remove(key);
            }
            for (Long key : List.copyOf(headers.keySet())) {
                if (key < headerFrom || key > headerTo) {
                    headers.remove(key);
                }
            }
        } catch (RuntimeException e) {
            throw failed("dropping records", e);
        }
    }

    /** MVStore's commit writes; only the sync of its file store makes it durable. */
    void commit() throws StoreException {
        try {
            store.commit();
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

    /** Makes the file longer. Inside a maintenance window. */
    void grow() throws IOException {
        syncFailed = true;
        file.grow();
        syncFailed = false;
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
