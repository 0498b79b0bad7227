// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.porto.crypto.api.CryptoService;
import org.porto.journal.api.Journal;
import org.porto.journal.api.Journals;
import org.porto.model.api.RefusedException;
import org.porto.recharge.api.RechargeCode;

/**
 * Journal and memory together: a change is durable first, then in memory. After a failed write the journal is read again before
 * anything else. The file is rewritten when it is much longer than what it says. Thread-safe by its own lock.
 */
final class QueueStore implements AutoCloseable {

    private static final int TYPE = 1;

    private final Journals journals;
    private final Path file;
    private final Function<byte[], String> digest;
    private final long garbageBytesMin;
    private Journal journal;
    private QueueState state;
    private long journalBytes;

    QueueStore(Journals journals, Path file, CryptoService crypto, long garbageBytesMin) throws RefusedException {
        this.journals = journals;
        this.file = file;
        this.digest = receipt -> HexFormat.of().formatHex(crypto.sha256(receipt));
        this.garbageBytesMin = garbageBytesMin;
        load();
    }

    interface Read<T> {
        T from(QueueState state) throws RefusedException;
    }

    /** A change: what to append, empty for nothing. */
    interface Change {
        List<byte[]> of(QueueState state) throws RefusedException;
    }

    synchronized <T> T read(Read<T> read) throws RefusedException {
        if (journal == null) {
            load();
        }
        return read.from(state);
    }

    /** What was last known; for answers that cannot fail. */
    synchronized <T> T peek(Function<QueueState, T> read) {
        return read.apply(state);
    }

    synchronized void change(Change change) throws RefusedException {
        if (journal == null) {
            load();
        }
        List<byte[]> payloads = change.of(state);
        if (payloads.isEmpty()) {
            return;
        }
        try {
            journal.appendAll(TYPE, payloads);
        } catch (RefusedException e) {
            close();
            throw new RefusedException(RechargeCode.STORE_FAILED, e.getMessage(), e);
        }
        for (byte[] payload : payloads) {
            journalBytes += payload.length;
            QueueRecords.apply(state, payload, digest);
        }
        compactWhenLong();
    }

    private void compactWhenLong() throws RefusedException {
        if (journalBytes < garbageBytesMin + 2 * state.entryBytes()) {
            return;
        }
        List<byte[]> image = QueueRecords.image(state);
        try {
            journal.compact(TYPE, image);
        } catch (RefusedException e) {
            close();
            throw new RefusedException(RechargeCode.STORE_FAILED, e.getMessage(), e);
        }
        journalBytes = image.stream().mapToLong(payload -> payload.length).sum();
    }

    private void load() throws RefusedException {
        QueueState read = new QueueState();
        long[] bytes = new long[1];
        Journal opened;
        try {
            opened = journals.open(file);
        } catch (RefusedException e) {
            throw new RefusedException(RechargeCode.STORE_FAILED, e.getMessage(), e);
        }
        boolean complete = false;
        try {
            opened.replay(1, record -> {
                byte[] payload = record.payload();
                bytes[0] += payload.length;
                QueueRecords.apply(read, payload, digest);
            });
            complete = true;
        } catch (RefusedException e) {
            throw new RefusedException(RechargeCode.STORE_FAILED, e.getMessage(), e);
        } finally {
            if (!complete) {
                opened.close();
            }
        }
        // What a crash left of a list without its end.
        read.beginList();
        state = read;
        journalBytes = bytes[0];
        journal = opened;
    }

    @Override
    public synchronized void close() {
        if (journal != null) {
            journal.close();
            journal = null;
        }
    }
}
