// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.journal.api.Journal;
import org.porto.journal.api.Journals;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * Doubts of all meters, and which numbers cards gave to debits, recharges and burns, in {@code doubts.journal}. Numbers wait in memory until
 * {@link #flush}: whoever sent the receipts has no answer before that and sends them again.
 */
final class DoubtStore implements AutoCloseable {

    static final int DOUBTS_MAX = 10_000;
    static final int NUMBERS_MAX = 10_000;
    private static final int COMPACT_RECORDS = 20_000;
    private static final int TYPE = 1;
    private static final int NUMBERS = 2;

    record Key(DeviceId meter, TransactionId transaction) {}

    /** A number of a card's and what it was given to: the first 16 bytes of the SHA-256 of the receipt's body. */
    record Number(CardId card, long number, TransactionId receipt) {}

    private record Slot(CardId card, long number) {}

    private final Journal journal;
    private final Map<Key, DoubtEntry> doubts = new LinkedHashMap<>();
    private final Map<Slot, TransactionId> numbers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Slot, TransactionId> eldest) {
            return size() > NUMBERS_MAX;
        }
    };
    private final Map<CardId, Long> highest = new LinkedHashMap<>();
    private final List<Number> waiting = new ArrayList<>();

    DoubtStore(Journals journals, Path directory) throws RefusedException {
        this.journal = journals.open(directory.resolve("doubts.journal"));
        boolean ready = false;
        try {
            long[] records = {0};
            journal.replay(1, r -> {
                records[0]++;
                replay(r.payload());
            });
            if (records[0] > COMPACT_RECORDS) {
                journal.compact(TYPE, snapshot());
            }
            ready = true;
        } finally {
            if (!ready) {
                journal.close();
            }
        }
    }

    Optional<DoubtEntry> find(DeviceId meter, TransactionId transaction) {
        return Optional.ofNullable(doubts.get(new Key(meter, transaction)));
    }

    List<DoubtEntry> all() {
        return List.copyOf(doubts.values());
    }

    void put(DoubtEntry entry) throws RefusedException {
        flush();
        journal.append(TYPE, entry.encoded());
        take(entry);
    }

    void used(Number number) {
        if (!number.receipt().equals(numbers.get(new Slot(number.card(), number.number())))) {
            waiting.add(number);
            take(number);
        }
    }

    void flush() throws RefusedException {
        if (!waiting.isEmpty()) {
            List<byte[]> payloads = numberPayloads(waiting);
            journal.appendAll(TYPE, payloads);
            waiting.clear();
        }
    }

    /** What the card gave this number to, when a receipt told. */
    Optional<TransactionId> user(CardId card, long number) {
        return Optional.ofNullable(numbers.get(new Slot(card, number)));
    }

    /** Highest number that any receipt of the card told, 0 when none did. */
    long highest(CardId card) {
        return highest.getOrDefault(card, 0L);
    }

    private void take(DoubtEntry entry) {
        doubts.put(new Key(entry.doubt().meter(), entry.doubt().transaction()), entry);
        if (doubts.size() > DOUBTS_MAX) {
            doubts.entrySet().stream()
                    .filter(old -> old.getValue().doubt().state().end())
                    .findFirst()
                    .map(Map.Entry::getKey)
                    .ifPresent(doubts::remove);
        }
    }

    private void take(Number number) {
        numbers.put(new Slot(number.card(), number.number()), number.receipt());
        highest.merge(number.card(), number.number(), Math::max);
    }

    private static List<byte[]> numberPayloads(List<Number> all) {
        List<byte[]> payloads = new ArrayList<>();
        for (int at = 0; at < all.size(); at += 1000) {
            List<Number> some = all.subList(at, Math.min(all.size(), at + 1000));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeByte(NUMBERS);
                out.writeShort(some.size());
                for (Number number : some) {
                    out.write(number.card().bytes());
                    out.writeLong(number.number());
                    out.write(number.receipt().bytes());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            payloads.add(bytes.toByteArray());
        }
        return payloads;
    }

    private List<byte[]> snapshot() {
        List<Number> all = new ArrayList<>();
        numbers.forEach((slot, receipt) -> all.add(new Number(slot.card(), slot.number(), receipt)));
        List<byte[]> payloads = new ArrayList<>(numberPayloads(all));
        doubts.values().forEach(entry -> payloads.add(entry.encoded()));
        return payloads;
    }

    private void replay(byte[] payload) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
            int kind = in.readUnsignedByte();
            if (kind == DoubtEntry.KIND) {
                take(DoubtEntry.decode(in));
            } else if (kind == NUMBERS) {
                for (int left = in.readUnsignedShort(); left > 0; left--) {
                    take(new Number(CardId.of(in.readNBytes(CardId.BYTES)), in.readLong(), TransactionId.of(in.readNBytes(16))));
                }
            } else {
                throw new IllegalStateException("doubts journal holds a record of kind " + kind);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        journal.close();
    }
}
