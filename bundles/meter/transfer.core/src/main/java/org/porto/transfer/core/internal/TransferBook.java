// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalCode;
import org.porto.journal.api.Journals;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * Pairings and transfers, durable. Each record is the whole new state of one pairing or one transfer, so a replay is an
 * assignment. A finished transfer and the next secret of its pairing are one record: the ratchet (rule T4) cannot come apart from
 * the transfer. After a failed append the journal is opened again and read: it decides what is true.
 */
final class TransferBook implements AutoCloseable {

    static final int PAIRING = 1;
    static final int ENTRY = 2;
    static final int DAY = 3;

    private static final int JOURNAL_TYPE = 1;
    private static final int ENTRIES_KEPT = 10_000;
    private static final int RECORDS_BEFORE_COMPACTION = 100_000;

    private final Journals journals;
    private final Path file;
    private final Map<CardId, Pairing> pairings = new TreeMap<>();
    private final Map<TransactionId, Entry> entries = new LinkedHashMap<>();
    /** Those whose card is asked at its next coming. */
    private final Map<CardId, Entry> sent = new TreeMap<>();
    /** Those of which no card saw anything, oldest first. */
    private final Map<TransactionId, Entry> intended = new LinkedHashMap<>();
    private final DayTotals days = new DayTotals();
    private Journal journal;
    private boolean closed;
    private long replayed;

    TransferBook(Journals journals, Path file) {
        this.journals = journals;
        this.file = file;
    }

    synchronized void store(Pairing pairing) throws RefusedException {
        append(pairing.encoded());
        take(pairing);
    }

    synchronized void store(Entry entry) throws RefusedException {
        append(entry.encoded());
        take(entry);
    }

    private void append(byte[] payload) throws RefusedException {
        ready();
        boolean written = false;
        try {
            journal.append(JOURNAL_TYPE, payload);
            written = true;
        } finally {
            if (!written) {
                drop();
            }
        }
    }

    synchronized Optional<Pairing> pairing(CardId card) throws RefusedException {
        ready();
        return Optional.ofNullable(pairings.get(card));
    }

    synchronized List<Pairing> pairings() throws RefusedException {
        ready();
        return List.copyOf(pairings.values());
    }

    synchronized Optional<Entry> entry(TransactionId transaction) throws RefusedException {
        ready();
        return Optional.ofNullable(entries.get(transaction));
    }

    /** Oldest first. */
    synchronized List<Entry> entries() throws RefusedException {
        ready();
        return List.copyOf(entries.values());
    }

    /** At stage INTENDED, oldest first. */
    synchronized List<Entry> intended() throws RefusedException {
        ready();
        return intended.isEmpty() ? List.of() : List.copyOf(intended.values());
    }

    synchronized Optional<Entry> sent(CardId card) throws RefusedException {
        ready();
        return Optional.ofNullable(sent.get(card));
    }

    /** What has been moved on the latest day that there is any transfer of. */
    synchronized DayTotals.Day day(long today) throws RefusedException {
        ready();
        return days.of(today);
    }

    private void take(Pairing pairing) {
        if (pairing.ended()) {
            pairings.remove(pairing.card());
        } else {
            pairings.put(pairing.card(), pairing);
        }
    }

    private void take(Entry entry) {
        if (entry.stage().onCard() && entry.wrappedNext().length > 0) {
            Pairing pairing = pairings.get(entry.card());
            if (pairing != null) {
                pairings.put(entry.card(), pairing.ratcheted(entry.wrappedNext()));
            }
        }
        if (entry.awaitsCard()) {
            sent.put(entry.card(), entry);
        } else {
            sent.values().removeIf(old -> old.transaction().equals(entry.transaction()));
        }
        if (entry.stage() == Entry.Stage.INTENDED) {
            intended.put(entry.transaction(), entry);
        } else {
            intended.remove(entry.transaction());
        }
        days.take(Optional.ofNullable(entries.get(entry.transaction())), entry);
        entries.put(entry.transaction(), entry.open() || entry.awaitsCard() ? entry : entry.withoutSecret());
        if (entries.size() > ENTRIES_KEPT) {
            entries.values().stream()
                    .filter(old -> !old.open() && !old.awaitsCard())
                    .findFirst()
                    .ifPresent(old -> entries.remove(old.transaction()));
        }
    }

    /** Opens and replays when it is not open. */
    private void ready() throws RefusedException {
        if (closed) {
            throw new RefusedException(JournalCode.CLOSED, "transfers");
        }
        if (journal != null) {
            return;
        }
        pairings.clear();
        entries.clear();
        sent.clear();
        intended.clear();
        days.clear();
        replayed = 0;
        Journal opened = journals.open(file);
        boolean good = false;
        try {
            opened.replay(1, found -> replay(found.payload()));
            if (replayed > RECORDS_BEFORE_COMPACTION) {
                opened.compact(JOURNAL_TYPE, snapshot());
            }
            journal = opened;
            good = true;
        } catch (IllegalStateException e) {
            throw new RefusedException(JournalCode.BROKEN, e.getMessage(), e);
        } finally {
            if (!good) {
                opened.close();
            }
        }
    }

    private void replay(byte[] payload) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
            int kind = in.readUnsignedByte();
            if (kind == PAIRING) {
                take(Pairing.decode(in));
            } else if (kind == ENTRY) {
                take(Entry.decode(in));
            } else if (kind == DAY) {
                days.set(in);
            } else {
                throw new IllegalStateException("transfer record of kind " + kind);
            }
            replayed++;
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalStateException("transfer record is unreadable", e);
        }
    }

    /** Finished entries carry no secret any more, so their order to the pairings does not matter. */
    private List<byte[]> snapshot() {
        List<byte[]> payloads = new ArrayList<>();
        pairings.values().forEach(pairing -> payloads.add(pairing.encoded()));
        entries.values().forEach(entry -> payloads.add(entry.encoded()));
        payloads.add(days.encoded());
        return Collections.unmodifiableList(payloads);
    }

    private void drop() {
        Journal failed = journal;
        journal = null;
        failed.close();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (journal != null) {
            drop();
        }
    }
}
