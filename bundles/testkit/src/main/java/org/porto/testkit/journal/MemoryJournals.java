// SPDX-License-Identifier: Apache-2.0
package org.porto.testkit.journal;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalCode;
import org.porto.journal.api.JournalRecord;
import org.porto.journal.api.Journals;
import org.porto.model.api.RefusedException;

/** Journals that survive their openers and can fail at a chosen append, with or without the record on disk. */
public final class MemoryJournals implements Journals {

    private final InstantSource time;
    private final Map<Path, List<JournalRecord>> files = new HashMap<>();
    private int appends;
    private int failAt = -1;
    private boolean kept;

    public MemoryJournals(InstantSource time) {
        this.time = time;
    }

    /** @param append number of the append from now on, from 1; @param keep whether its record reaches the disk */
    public void failAt(int append, boolean keep) {
        appends = 0;
        failAt = append;
        kept = keep;
    }

    public void heal() {
        failAt = -1;
    }

    public int appends() {
        return appends;
    }

    public void resetCount() {
        appends = 0;
    }

    @Override
    public Journal open(Path file) {
        List<JournalRecord> records = files.computeIfAbsent(file, f -> new ArrayList<>());
        return new Journal() {
            private boolean dead;

            @Override
            public JournalRecord append(int type, byte[] payload) throws RefusedException {
                if (dead) {
                    throw new RefusedException(JournalCode.CLOSED);
                }
                appends++;
                JournalRecord record =
                        new JournalRecord(records.size() + 1L, time.instant(), type, payload, new byte[32]);
                if (appends == failAt) {
                    dead = true;
                    if (kept) {
                        records.add(record);
                    }
                    throw new RefusedException(JournalCode.WRITE_FAILED, "at append " + appends);
                }
                records.add(record);
                return record;
            }

            @Override
            public List<JournalRecord> appendAll(int type, List<byte[]> payloads) throws RefusedException {
                List<JournalRecord> all = new ArrayList<>();
                for (byte[] payload : payloads) {
                    all.add(append(type, payload));
                }
                return all;
            }

            @Override
            public long lastSequence() {
                return records.size();
            }

            @Override
            public void replay(long from, Consumer<JournalRecord> sink) {
                List.copyOf(records).stream().filter(r -> r.sequence() >= from).forEach(sink);
            }

            @Override
            public long verify() {
                return records.size();
            }

            @Override
            public void compact(int type, List<byte[]> payloads) throws RefusedException {
                records.clear();
                appendAll(type, payloads);
            }

            @Override
            public void close() {
                dead = true;
            }
        };
    }
}
