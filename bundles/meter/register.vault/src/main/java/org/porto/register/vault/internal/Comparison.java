// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.TransitItem;

/**
 * Goes along one segment of the journal and what the table has of it (rule V4), record by record: whole, chained, and the same
 * bytes in both; the last one authentic. Its MAC covers the hash of the one in front, and so on to the checkpoint: with it all are
 * authentic. Where the two are not the same, the one is taken whose own MAC is right. Changes nothing. What only one of them has
 * whole is noted, so that the other can be repaired from it. Two that are both whole and differ, or a gap in both, are nobody's to
 * choose from.
 */
final class Comparison {

    /** Record numbers. */
    record Run(long first, long last) {}

    private static final byte[] NONE = new byte[0];

    private final RecordCodec codec;
    private final TableStore table;
    private final SegmentHeader header;
    private final FileChannel channel;
    private final SequentialReader reader;
    private final Sums sums = new Sums();
    private byte[] hash;
    private long tableLast;
    private Optional<TableStore.Walk> walk = Optional.empty();

    /** The last record, when only its bytes were looked at so far. */
    private byte[] unread;

    final IdIndex index = new IdIndex();
    final List<Run> journalLacks = new ArrayList<>();
    final List<Run> tableLacks = new ArrayList<>();
    final Map<TransactionId, TransitItem> transit = new LinkedHashMap<>();
    Optional<StoredRecord> last;
    long end;
    /** Behind the last byte in the file that is not zero. */
    long used;

    Comparison(FileChannel channel, SegmentHeader header, TableStore table, RecordCodec codec, byte[] genesis) {
        this.channel = channel;
        this.header = header;
        this.table = table;
        this.codec = codec;
        reader = new SequentialReader(channel, header.capacity());
        last = header.front();
        hash = header.front().map(front -> front.hash().clone()).orElse(genesis.clone());
        end = header.bytes().length;
        header.transit().forEach(item -> transit.put(item.transaction(), item));
    }

    FileChannel channel() {
        return channel;
    }

    SegmentHeader header() {
        return header;
    }

    /** @param until first record of the next segment, or Long.MAX_VALUE for the live one */
    void run(long until) throws StoreException, IOException {
        tableLast = table.lastSequence();
        if (tableLast >= header.first()) {
            walk = Optional.of(table.walk(header.first()));
        }
        for (long sequence = header.first(); sequence < until; sequence++) {
            if (!step(sequence)) {
                if (until != Long.MAX_VALUE || table.lastSequence() > sequence) {
                    throw disagreement("record " + sequence + " is whole in neither store");
                }
                break;
            }
        }
        authentic();
        used = Math.max(end, reader.lastUsed(end));
    }

    private void authentic() throws StoreException {
        if (unread == null) {
            return;
        }
        try {
            last = Optional.of(codec.decode(unread, sums));
        } catch (BrokenRecordException e) {
            throw new StoreException(
                    RegisterCode.STORES_DISAGREE,
                    "record " + RecordCodec.sequence(unread) + " is the same in both stores and not authentic: " + e.getMessage(),
                    e);
        }
        unread = null;
    }

    /** The usual one: the same in both stores. In a process that has just started this loop is interpreted, so it does little. */
    private boolean same(long sequence, byte[] other) throws IOException {
        int length = reader.recordLength(end);
        if (length != other.length) {
            return false;
        }
        int from = reader.from(end);
        if (!Arrays.equals(reader.buffer(), from, from + length, other, 0, length)
                || RecordCodec.sequence(other) != sequence
                || !RecordCodec.follows(other, hash)
                || !RecordCodec.framed(other, sums)) {
            return false;
        }
        if (RecordCodec.ofTransfer(other)) {
            Optional<StoredRecord> stored = whole(Optional.of(other), sequence);
            stored.ifPresent(this::take);
            return stored.isPresent();
        }
        int id = RecordCodec.TRANSACTION_AT;
        index.add(RecordCodec.longAt(other, id), RecordCodec.longAt(other, id + 8), (int) end);
        end += length;
        RecordCodec.hash(other, sums, hash);
        unread = other;
        return true;
    }

    /** In order; looked up where the order does not have it: its neighbours may be damaged. */
    private byte[] inTable(long sequence) throws StoreException {
        if (walk.isEmpty() || sequence > tableLast) {
            return NONE;
        }
        byte[] found = walk.get().bytes(sequence);
        return found.length > 0 ? found : table.bytes(sequence).orElse(NONE);
    }

    private boolean step(long sequence) throws StoreException, IOException {
        byte[] found = inTable(sequence);
        if (found.length > 0 && same(sequence, found)) {
            return true;
        }
        Optional<byte[]> inTable = found.length == 0 ? Optional.empty() : Optional.of(found);
        Optional<byte[]> inJournal = reader.record(end);
        Optional<StoredRecord> journal = whole(inJournal, sequence);
        if (journal.isPresent()) {
            if (inTable.isEmpty() || !Arrays.equals(inTable.get(), inJournal.orElseThrow())) {
                if (whole(inTable, sequence).isPresent()) {
                    throw disagreement("record " + sequence + " is whole in both stores, and differs");
                }
                note(tableLacks, sequence);
            }
            take(journal.get());
            return true;
        }
        if (inTable.isEmpty()) {
            return false;
        }
        StoredRecord other = whole(inTable, sequence)
                .orElseThrow(() -> disagreement("record " + sequence + " is whole in neither store"));
        note(journalLacks, sequence);
        take(other);
        return true;
    }

    private void take(StoredRecord stored) {
        index.add(stored.idHigh(), stored.idLow(), (int) end);
        end += stored.bytes().length;
        System.arraycopy(stored.hash(), 0, hash, 0, hash.length);
        last = Optional.of(stored);
        unread = null;
        if (stored.related().isPresent()) {
            transit.remove(stored.related().get());
        }
        if (stored.kind().equals(StoredRecord.TRANSFER_OUT)) {
            transit.put(stored.transaction(), stored.transitItem());
        }
    }

    private Optional<StoredRecord> whole(Optional<byte[]> bytes, long sequence) {
        try {
            return bytes.isEmpty()
                    ? Optional.empty()
                    : Optional.of(codec.decode(bytes.get(), sums))
                            .filter(stored -> stored.sequence() == sequence && stored.follows(hash));
        } catch (BrokenRecordException e) {
            return Optional.empty();
        }
    }

    private static void note(List<Run> runs, long sequence) {
        int newest = runs.size() - 1;
        if (newest >= 0 && runs.get(newest).last() == sequence - 1) {
            runs.set(newest, new Run(runs.get(newest).first(), sequence));
        } else {
            runs.add(new Run(sequence, sequence));
        }
    }

    private static StoreException disagreement(String why) {
        return new StoreException(RegisterCode.STORES_DISAGREE, why);
    }
}
