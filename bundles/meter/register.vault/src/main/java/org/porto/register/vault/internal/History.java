// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterCode;

/** Records as they are read: of the journal's segments, of the archive, each from whichever store or copy has it whole. */
final class History {

    private static final byte[] NO_BYTES = new byte[0];

    private final Stores.Parts parts;
    private final List<Segment> segments;
    private final TableStore table;
    private final Archive archive;
    private final long archived;

    /** @param segments that are not archived, newest first  @param archived how many are */
    History(Stores.Parts parts, List<Segment> segments, TableStore table, Archive archive, long archived) {
        this.parts = parts;
        this.segments = segments;
        this.table = table;
        this.archive = archive;
        this.archived = archived;
    }

    /** Of those that are not archived. */
    Optional<StoredRecord> recent(TransactionId id) throws StoreException, BrokenRecordException {
        ByteBuffer bytes = ByteBuffer.wrap(id.bytes());
        long high = bytes.getLong();
        long low = bytes.getLong();
        for (Segment segment : segments) {
            int slot = segment.index.find(high, low);
            if (slot >= 0) {
                return Optional.of(checked(record(segment, slot), id));
            }
        }
        return Optional.empty();
    }

    StoredRecord archived(IdFile.Place place, TransactionId id) throws StoreException, BrokenRecordException {
        return checked(archive.record(place), id);
    }

    private static StoredRecord checked(StoredRecord stored, TransactionId id) throws BrokenRecordException {
        if (!stored.record().transaction().equals(id)) {
            throw new BrokenRecordException("index of transactions at " + id);
        }
        return stored;
    }

    private StoredRecord record(Segment segment, int slot) throws StoreException, BrokenRecordException {
        try {
            return segment.record(slot);
        } catch (BrokenRecordException e) {
            long sequence = segment.header.first() + slot;
            StoredRecord other = parts.codec().decode(table.bytes(sequence).orElseThrow(() -> e));
            if (other.sequence() != sequence) {
                throw e;
            }
            return other;
        }
    }

    /** Records from a number on, within one segment: empty behind the last. */
    List<StoredRecord> log(long from, int most) throws StoreException, BrokenRecordException {
        for (Segment segment : segments) {
            if (from >= segment.header.first()) {
                List<StoredRecord> found = new ArrayList<>();
                int slot = (int) Math.min(Integer.MAX_VALUE, from - segment.header.first());
                for (int i = slot; i < segment.index.size() && found.size() < most; i++) {
                    found.add(record(segment, i));
                }
                return found;
            }
        }
        return archived == 0 ? List.of() : archivedLog(archive.segmentOf(from, archived), from, most);
    }

    private List<StoredRecord> archivedLog(long number, long from, int most) throws StoreException, BrokenRecordException {
        try {
            try {
                return archivedLog(number, Archive.JOURNAL, from, most);
            } catch (BrokenRecordException e) {
                return archivedLog(number, Archive.TABLE, from, most);
            }
        } catch (IOException e) {
            throw new StoreException(RegisterCode.STORE_FAILED, Archive.NAME + ": " + e.getMessage(), e);
        }
    }

    private List<StoredRecord> archivedLog(long number, String copy, long from, int most)
            throws IOException, BrokenRecordException {
        List<StoredRecord> found = new ArrayList<>();
        try (Archive.Reading reading = archive.read(number, copy)) {
            long sequence = reading.header.first();
            for (Optional<byte[]> bytes = reading.next(); bytes.isPresent() && found.size() < most; bytes = reading.next()) {
                if (sequence >= from) {
                    StoredRecord stored = parts.codec().decode(bytes.get());
                    if (stored.sequence() != sequence) {
                        throw new BrokenRecordException("record " + sequence + " says " + stored.sequence());
                    }
                    found.add(stored);
                }
                sequence++;
            }
        }
        return found;
    }

    /** As {@link Ledger#verifyNext}. */
    Optional<Verification.Archived> verifyNext(Verification verification, Papers papers)
            throws StoreException, BrokenRecordException {
        long next = verification.records() + 1;
        for (Segment segment : segments) {
            if (next >= segment.header.first()) {
                verification.checkpoint(segment.header);
                int[] slot = {(int) (next - segment.header.first())};
                segment.walk(slot[0], verification.wanted(), bytes -> verification.take(agreed(segment, slot[0]++, bytes, papers)));
                return Optional.empty();
            }
        }
        return Optional.of(new Verification.Archived(archive, archive.segmentOf(next, archived), archived));
    }

    /** What both stores have there. One store's record that is damaged is written again from the other's. */
    private byte[] agreed(Segment segment, int slot, byte[] journal, Papers papers)
            throws StoreException, BrokenRecordException {
        long sequence = segment.header.first() + slot;
        byte[] other = table.bytes(sequence).orElse(NO_BYTES);
        if (Arrays.equals(journal, other)) {
            return journal;
        }
        boolean first = whole(journal, sequence);
        if (first == whole(other, sequence)) {
            throw new BrokenRecordException("record " + sequence + ": " + (first ? "stores differ" : "damaged in both stores"));
        }
        if (first) {
            parts.medium().maintain(TableStore.NAME, () -> {
                table.put(sequence, journal);
                table.commit();
            });
        } else {
            parts.medium().maintain(Segment.NAME, () -> {
                segment.rewrite(slot, other);
                segment.sync();
            });
        }
        parts.medium().counters.repair();
        papers.repair(List.of("record " + sequence + " was damaged in the " + (first ? "table" : "journal")
                + " and is written again from the other store"));
        return first ? journal : other;
    }

    private boolean whole(byte[] bytes, long sequence) {
        try {
            return parts.codec().decode(bytes).sequence() == sequence;
        } catch (BrokenRecordException e) {
            return false;
        }
    }
}
