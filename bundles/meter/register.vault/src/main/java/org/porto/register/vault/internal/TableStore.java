// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.EOFException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterCode;

/**
 * Second store: an embedded copy-on-write table store (H2 MVStore). Holds the records by sequence and the two indexes of the
 * vault: sequence by transaction id, and what is in transit. One commit and one sync a record; MVStore's own background writer is
 * off, so nothing is written outside a window.
 */
final class TableStore implements RegisterStore {

    static final String NAME = "table";
    private static final int CACHE_MEGABYTES = 4;
    private static final int RECORDS_PER_COMMIT = 1000;

    private final RecordCodec codec;
    private final WriteWindows windows;
    private final MVStore store;
    private final MVMap<Long, byte[]> records;
    private final MVMap<String, Long> sequences;
    private final MVMap<String, Long> transit;
    private StoredRecord last;
    private boolean torn;

    /** @throws StoreException {@code REG-018} when MVStore cannot make sense of its file, {@code REG-011} when it cannot use it */
    TableStore(Path file, Disk disk, RecordCodec codec, WriteWindows windows) throws StoreException {
        this.codec = codec;
        this.windows = windows;
        MVStore opened = null;
        try {
            opened = new MVStore.Builder()
                    .fileName(disk.mvStoreName(file))
                    .autoCommitDisabled()
                    .cacheSize(CACHE_MEGABYTES)
                    .open();
            store = opened;
            records = store.openMap("records");
            sequences = store.openMap("sequences");
            transit = store.openMap("transit");
            find();
        } catch (RuntimeException e) {
            if (opened != null) {
                opened.closeImmediately();
            }
            throw new StoreException(damage(e) ? RegisterCode.RECORD_BROKEN : RegisterCode.STORE_FAILED, NAME + ": opening", e);
        }
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
                && code != DataUtils.ERROR_FILE_LOCKED;
    }

    private void find() {
        Long key = records.lastKey();
        while (key != null) {
            try {
                last = decode(key);
                return;
            } catch (BrokenRecordException e) {
                torn = true;
                key = records.lowerKey(key);
            }
        }
    }

    private StoredRecord decode(Long key) throws BrokenRecordException {
        byte[] bytes = records.get(key);
        if (bytes == null) {
            throw new BrokenRecordException("record " + key + " is missing");
        }
        StoredRecord stored = codec.decode(bytes);
        if (stored.sequence() != key) {
            throw new BrokenRecordException("record " + key + " says " + stored.sequence());
        }
        return stored;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<StoredRecord> last() {
        return Optional.ofNullable(last);
    }

    @Override
    public boolean torn() {
        return torn;
    }

    @Override
    public void settle(WriteWindows.Window window) throws StoreException {
        long sequence = last == null ? 0 : last.sequence();
        windows.check(window, NAME, sequence);
        try {
            for (Long key = records.lastKey(); key != null && key > sequence; key = records.lastKey()) {
                records.remove(key);
            }
            if (last != null) {
                put(last);
            }
            commit();
            torn = false;
        } catch (RuntimeException e) {
            throw failed("settling", e);
        }
    }

    @Override
    public void append(WriteWindows.Window window, StoredRecord stored) throws StoreException {
        windows.check(window, NAME, stored.sequence());
        if (torn || stored.sequence() != (last == null ? 1 : last.sequence() + 1)) {
            throw new StoreException(RegisterCode.WINDOW_VIOLATED, "record " + stored.sequence() + " does not follow");
        }
        try {
            put(stored);
            commit();
        } catch (RuntimeException e) {
            throw failed("writing record " + stored.sequence(), e);
        }
        last = stored;
    }

    /** Fills a new store; durable only by {@link #loaded}. */
    void load(WriteWindows.Window window, StoredRecord stored) throws StoreException {
        windows.check(window, NAME, stored.sequence());
        try {
            put(stored);
            if (stored.sequence() % RECORDS_PER_COMMIT == 0) {
                store.commit();
            }
        } catch (RuntimeException e) {
            throw failed("loading record " + stored.sequence(), e);
        }
        last = stored;
    }

    void loaded() throws StoreException {
        try {
            commit();
        } catch (RuntimeException e) {
            throw failed("loading", e);
        }
    }

    /** Repeating it changes nothing. */
    private void put(StoredRecord stored) {
        Long sequence = stored.sequence();
        String transaction = stored.record().transaction().value();
        records.put(sequence, stored.bytes());
        sequences.put(transaction, sequence);
        if (stored.record().kind().equals(StoredRecord.TRANSFER_OUT)) {
            transit.put(transaction, sequence);
        }
        stored.related().ifPresent(ended -> transit.remove(ended.value()));
    }

    /** MVStore's commit writes; only the sync of its file store makes it durable. */
    private void commit() {
        store.commit();
        store.getFileStore().sync();
    }

    Optional<Long> sequenceOf(TransactionId transaction) throws StoreException {
        try {
            return Optional.ofNullable(sequences.get(transaction.value()));
        } catch (RuntimeException e) {
            throw failed("reading", e);
        }
    }

    StoredRecord record(long sequence) throws StoreException, BrokenRecordException {
        try {
            return decode(sequence);
        } catch (RuntimeException e) {
            throw failed("reading", e);
        }
    }

    /** Records of the transfers that the index has in transit, oldest first. */
    List<StoredRecord> transit() throws StoreException, BrokenRecordException {
        try {
            List<Long> open = new ArrayList<>(transit.values());
            open.sort(Long::compare);
            List<StoredRecord> found = new ArrayList<>();
            for (Long sequence : open) {
                found.add(decode(sequence));
            }
            return found;
        } catch (RuntimeException e) {
            throw failed("reading", e);
        }
    }

    @Override
    public void walk(long from, long to, Sink sink) throws StoreException, BrokenRecordException {
        for (long sequence = from; sequence <= to && last != null && sequence <= last.sequence(); sequence++) {
            sink.accept(record(sequence));
        }
    }

    /** Without MVStore's housekeeping at the end: that would write outside every window. */
    @Override
    public void close() {
        store.closeImmediately();
    }

    private static StoreException failed(String what, RuntimeException e) {
        return new StoreException(RegisterCode.STORE_FAILED, NAME + ": " + what, e);
    }
}
