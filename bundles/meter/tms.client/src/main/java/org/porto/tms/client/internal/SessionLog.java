// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalCode;
import org.porto.journal.api.Journals;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * What sessions must not forget: the refill that is under way and what the host has booked. Every change is durable before it
 * is in memory; after a failed write nothing is trusted until the file was read again. Not thread-safe.
 */
final class SessionLog implements AutoCloseable {

    /** Ended refills kept for repeated ids; older ones are found in the vault. */
    static final int ENDED_MAX = 1000;

    private static final int RECORDS_MAX = 10_000;
    private static final int TYPE = 1;
    private static final int INTENT = 1;
    private static final int BOOKED = 2;
    private static final int ENDED = 3;
    private static final int DROPPED = 4;
    private static final int ACKNOWLEDGED = 5;

    /** @param hostReference empty until the host has booked it */
    record Refill(long number, long amountMils, TransactionId transaction, Optional<String> hostReference) {}

    private final Journals journals;
    private final Path file;
    private Journal journal;
    private Map<TransactionId, Refill> ended = new LinkedHashMap<>();
    private Optional<Refill> pending = Optional.empty();
    private long lastNumber;
    private long acknowledged;

    SessionLog(Journals journals, Path file) throws RefusedException {
        this.journals = journals;
        this.file = file;
        load();
    }

    /** Reads the file again after a failed write. */
    void ready() throws RefusedException {
        if (journal == null) {
            load();
        }
    }

    Optional<Refill> pending() {
        return pending;
    }

    Optional<Refill> ended(TransactionId transaction) {
        return Optional.ofNullable(ended.get(transaction));
    }

    /** Highest number that a refill ended or is pending under. */
    long lastNumber() {
        return lastNumber;
    }

    long acknowledged() {
        return acknowledged;
    }

    void intend(Refill refill) throws RefusedException {
        if (pending.isPresent()) {
            throw new IllegalStateException("a refill is pending");
        }
        append(intent(refill));
    }

    void booked(String hostReference) throws RefusedException {
        append(text(BOOKED, hostReference));
    }

    void end() throws RefusedException {
        append(new byte[] {ENDED});
    }

    /** The host surely holds nothing of it: the number is free again. */
    void drop() throws RefusedException {
        append(new byte[] {DROPPED});
    }

    void acknowledged(long sequence) throws RefusedException {
        if (sequence != acknowledged) {
            append(number(sequence));
        }
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
        ended = new LinkedHashMap<>();
        pending = Optional.empty();
        lastNumber = 0;
        acknowledged = 0;
        Journal opened = journals.open(file);
        boolean read = false;
        try {
            int[] count = new int[1];
            opened.replay(1, record -> {
                apply(record.payload());
                count[0]++;
            });
            if (count[0] > RECORDS_MAX) {
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

    private List<byte[]> image() {
        List<byte[]> image = new ArrayList<>();
        for (Refill refill : ended.values()) {
            image.add(intent(refill));
            image.add(text(BOOKED, refill.hostReference().orElse("")));
            image.add(new byte[] {ENDED});
        }
        pending.ifPresent(refill -> {
            image.add(intent(refill));
            refill.hostReference().ifPresent(reference -> image.add(text(BOOKED, reference)));
        });
        image.add(number(acknowledged));
        return image;
    }

    private void apply(byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        int kind = in.get();
        switch (kind) {
            case INTENT -> {
                long number = in.getLong();
                long amount = in.getLong();
                byte[] id = new byte[TransactionId.BYTES];
                in.get(id);
                pending = Optional.of(new Refill(number, amount, TransactionId.of(id), Optional.empty()));
            }
            case BOOKED -> {
                Refill refill = pending.orElseThrow();
                String reference = new String(payload, 1, payload.length - 1, StandardCharsets.UTF_8);
                pending = Optional.of(new Refill(
                        refill.number(), refill.amountMils(), refill.transaction(), Optional.of(reference)));
            }
            case ENDED -> {
                Refill refill = pending.orElseThrow();
                ended.put(refill.transaction(), refill);
                lastNumber = Math.max(lastNumber, refill.number());
                pending = Optional.empty();
                if (ended.size() > ENDED_MAX) {
                    ended.remove(ended.keySet().iterator().next());
                }
            }
            case DROPPED -> pending = Optional.empty();
            case ACKNOWLEDGED -> acknowledged = in.getLong();
            default -> throw new IllegalStateException("session log has a record of kind " + kind);
        }
    }

    private static byte[] intent(Refill refill) {
        return ByteBuffer.allocate(17 + TransactionId.BYTES)
                .put((byte) INTENT)
                .putLong(refill.number())
                .putLong(refill.amountMils())
                .put(refill.transaction().bytes())
                .array();
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(9).put((byte) ACKNOWLEDGED).putLong(value).array();
    }

    private static byte[] text(int kind, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(kind);
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        if (journal != null) {
            journal.close();
            journal = null;
        }
    }
}
