// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.point.internal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalCode;
import org.porto.journal.api.Journals;
import org.porto.merchant.api.Batch;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * Purchases and batches in one journal (rule M1). A change is durable before it is in memory; after a failed write nothing is
 * trusted until the file was read again. Not thread-safe.
 */
final class SaleBook implements AutoCloseable {

    /** Ended purchases and batches kept for repeated ids and lists. */
    static final int ENDED_MAX = 50_000;

    private static final int RECORDS_MAX = 400_000;
    private static final int TYPE = 1;
    private static final int INTENT = 1;
    private static final int PAID = 2;
    private static final int NOT_PAID = 3;
    private static final int BATCH = 4;
    private static final int BATCH_ENDED = 5;
    private static final int NUMBERS = 6;
    private static final int STATE = 7;

    /** @param numbers of the purchases, in the order of the receipts */
    record Sent(long number, List<Long> numbers, long totalMils, boolean ended, int accepted, long acceptedMils) {
        Batch told() {
            return new Batch(number, numbers.size(), totalMils, accepted, acceptedMils, ended ? "accepted" : "sent");
        }
    }

    private final Journals journals;
    private final Path file;
    private Journal journal;
    private TreeMap<Long, Sale> sales = new TreeMap<>();
    private Map<TransactionId, Sale> byTransaction = new HashMap<>();
    /** Those of them that are open. */
    private TreeMap<Long, Sale> open = new TreeMap<>();
    private TreeMap<Long, Sent> batches = new TreeMap<>();
    private long lastNumber;
    private long lastBatch;

    SaleBook(Journals journals, Path file) throws RefusedException {
        this.journals = journals;
        this.file = file;
        load();
    }

    void ready() throws RefusedException {
        if (journal == null) {
            load();
        }
    }

    /** The newest attempt under this id. */
    Optional<Sale> find(TransactionId transaction) {
        return Optional.ofNullable(byTransaction.get(transaction));
    }

    Collection<Sale> newestFirst() {
        return sales.descendingMap().values();
    }

    List<Sale> open(CardId card) {
        return open.isEmpty() ? List.of() : open.values().stream().filter(sale -> sale.card.equals(card)).toList();
    }

    List<Sale> paid(int max) {
        return sales.values().stream()
                .filter(sale -> sale.state == Sale.State.PAID)
                .limit(max)
                .toList();
    }

    Sale sale(long number) {
        return sales.get(number);
    }

    Collection<Sent> batchesNewestFirst() {
        return batches.descendingMap().values();
    }

    Optional<Sent> unanswered() {
        return batches.values().stream().filter(sent -> !sent.ended()).findFirst();
    }

    long nextNumber() {
        return lastNumber + 1;
    }

    long nextBatch() {
        return lastBatch + 1;
    }

    void intend(Sale sale) throws RefusedException {
        append(intent(sale));
    }

    void paid(Sale sale, byte[] receipt) throws RefusedException {
        append(ByteBuffer.allocate(9 + receipt.length)
                .put((byte) PAID)
                .putLong(sale.number)
                .put(receipt)
                .array());
    }

    void notPaid(Sale sale) throws RefusedException {
        append(ByteBuffer.allocate(9).put((byte) NOT_PAID).putLong(sale.number).array());
    }

    void batch(Sent sent) throws RefusedException {
        append(batchBytes(sent));
    }

    /** @param back to be submitted again; @param rejected for good */
    void batchEnded(long number, int accepted, long acceptedMils, List<Long> back, List<Long> rejected)
            throws RefusedException {
        append(endBytes(number, accepted, acceptedMils, back, rejected));
    }

    private void append(byte[] payload) throws RefusedException {
        if (journal == null) {
            throw new RefusedException(JournalCode.CLOSED, file.getFileName().toString());
        }
        try {
            journal.append(TYPE, payload);
        } catch (RefusedException e) {
            close();
            throw e;
        }
        apply(payload);
    }

    private void load() throws RefusedException {
        sales = new TreeMap<>();
        byTransaction = new HashMap<>();
        open = new TreeMap<>();
        batches = new TreeMap<>();
        lastNumber = 0;
        lastBatch = 0;
        Journal opened = journals.open(file);
        boolean read = false;
        try {
            int[] count = new int[1];
            opened.replay(1, record -> {
                apply(record.payload());
                count[0]++;
            });
            if (count[0] > RECORDS_MAX) {
                forgetOld();
                opened.compact(TYPE, image());
            }
            read = true;
        } finally {
            if (!read) {
                opened.close();
            }
        }
        journal = opened;
    }

    private void forgetOld() {
        int surplus = sales.size() - ENDED_MAX;
        Iterator<Sale> oldest = sales.values().iterator();
        while (surplus > 0 && oldest.hasNext()) {
            Sale sale = oldest.next();
            if (sale.state != Sale.State.OPEN && sale.state != Sale.State.PAID) {
                oldest.remove();
                byTransaction.remove(sale.transaction, sale);
                surplus--;
            }
        }
        while (batches.size() > ENDED_MAX && batches.firstEntry().getValue().ended()) {
            batches.pollFirstEntry();
        }
    }

    private List<byte[]> image() {
        List<byte[]> image = new ArrayList<>();
        image.add(ByteBuffer.allocate(17)
                .put((byte) NUMBERS)
                .putLong(lastNumber)
                .putLong(lastBatch)
                .array());
        for (Sent sent : batches.values()) {
            image.add(batchBytes(sent));
            if (sent.ended()) {
                image.add(endBytes(sent.number(), sent.accepted(), sent.acceptedMils(), List.of(), List.of()));
            }
        }
        for (Sale sale : sales.values()) {
            image.add(intent(sale));
            image.add(ByteBuffer.allocate(10 + sale.receipt.length)
                    .put((byte) STATE)
                    .putLong(sale.number)
                    .put((byte) sale.state.ordinal())
                    .put(sale.receipt)
                    .array());
        }
        return image;
    }

    private void apply(byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        int kind = in.get();
        switch (kind) {
            case INTENT -> {
                long number = in.getLong();
                byte[] id = new byte[TransactionId.BYTES];
                byte[] card = new byte[CardId.BYTES];
                in.get(id).get(card);
                Sale sale = new Sale(
                        TransactionId.of(id),
                        number,
                        CardId.of(card),
                        in.getLong(),
                        Instant.ofEpochMilli(in.getLong()),
                        in.getLong());
                sales.put(number, sale);
                state(sale, sale.state);
                byTransaction.put(sale.transaction, sale);
                lastNumber = Math.max(lastNumber, number);
            }
            case PAID -> {
                Sale sale = sales.get(in.getLong());
                state(sale, Sale.State.PAID);
                sale.receipt = Arrays.copyOfRange(payload, 9, payload.length);
            }
            case NOT_PAID -> state(sales.get(in.getLong()), Sale.State.NOT_PAID);
            case BATCH -> {
                Sent sent = new Sent(in.getLong(), numbers(in, in.remaining() / 8 - 1), in.getLong(), false, 0, 0);
                batches.put(sent.number(), sent);
                lastBatch = Math.max(lastBatch, sent.number());
            }
            case BATCH_ENDED -> batchEnded(in);
            case NUMBERS -> {
                lastNumber = in.getLong();
                lastBatch = in.getLong();
            }
            case STATE -> {
                Sale sale = sales.get(in.getLong());
                state(sale, Sale.State.values()[in.get()]);
                sale.receipt = Arrays.copyOfRange(payload, 10, payload.length);
            }
            default -> throw new IllegalStateException("purchase journal has a record of kind " + kind);
        }
    }

    private void state(Sale sale, Sale.State state) {
        sale.state = state;
        if (state == Sale.State.OPEN) {
            open.put(sale.number, sale);
        } else {
            open.remove(sale.number);
        }
    }

    private void batchEnded(ByteBuffer in) {
        Sent sent = batches.get(in.getLong());
        Sent ended = new Sent(sent.number(), sent.numbers(), sent.totalMils(), true, in.getInt(), in.getLong());
        List<Long> back = numbers(in, in.getInt());
        List<Long> rejected = numbers(in, in.getInt());
        batches.put(sent.number(), ended);
        for (long number : sent.numbers()) {
            Sale sale = sales.get(number);
            if (sale != null) {
                state(sale, Sale.State.SUBMITTED);
            }
        }
        back.forEach(number -> settle(number, Sale.State.PAID));
        rejected.forEach(number -> settle(number, Sale.State.REJECTED));
    }

    private void settle(long number, Sale.State state) {
        Sale sale = sales.get(number);
        if (sale != null) {
            state(sale, state);
        }
    }

    private static byte[] intent(Sale sale) {
        return ByteBuffer.allocate(33 + TransactionId.BYTES + CardId.BYTES)
                .put((byte) INTENT)
                .putLong(sale.number)
                .put(sale.transaction.bytes())
                .put(sale.card.bytes())
                .putLong(sale.amountMils)
                .putLong(sale.time.toEpochMilli())
                .putLong(sale.cardTransactionBefore)
                .array();
    }

    private static byte[] batchBytes(Sent sent) {
        ByteBuffer out = ByteBuffer.allocate(17 + 8 * sent.numbers().size()).put((byte) BATCH).putLong(sent.number());
        sent.numbers().forEach(out::putLong);
        return out.putLong(sent.totalMils()).array();
    }

    private static byte[] endBytes(
            long number, int accepted, long acceptedMils, List<Long> back, List<Long> rejected) {
        ByteBuffer out = ByteBuffer.allocate(29 + 8 * (back.size() + rejected.size()))
                .put((byte) BATCH_ENDED)
                .putLong(number)
                .putInt(accepted)
                .putLong(acceptedMils);
        out.putInt(back.size());
        back.forEach(out::putLong);
        out.putInt(rejected.size());
        rejected.forEach(out::putLong);
        return out.array();
    }

    private static List<Long> numbers(ByteBuffer in, int count) {
        List<Long> numbers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            numbers.add(in.getLong());
        }
        return List.copyOf(numbers);
    }

    @Override
    public void close() {
        if (journal != null) {
            journal.close();
            journal = null;
        }
    }
}
