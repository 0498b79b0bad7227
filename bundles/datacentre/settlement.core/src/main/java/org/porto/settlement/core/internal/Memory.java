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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.porto.journal.api.Journal;
import org.porto.journal.api.Journals;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.settlement.api.BatchResult;

/**
 * What the ledger has no place for: sequences and hashes of records that book nothing, reports, refills on their way, answers
 * given to batches. Written after the ledger (but for refills), so that whatever is lost in a crash is only done again.
 */
final class Memory implements AutoCloseable {

    static final int HASHES_MAX = 10_000;
    static final int BATCHES_MAX = 1_000;
    private static final int COMPACT_RECORDS = 10_000;
    private static final int TYPE = 1;
    private static final int BOOKED = 1;
    private static final int REPORT = 2;
    private static final int REFILL = 3;
    private static final int BATCH = 4;
    private static final int HASHES_PER_RECORD = 1_000;

    /** A refill booked here whose record the meter has not uploaded yet. */
    record Refill(TransactionId id, long number, long mils) {}

    record Report(long sequence, long descending, long inTransit) {}

    record Answer(byte[] digest, BatchResult result) {}

    /** One meter; the newest hashes only. */
    static final class Meter {
        long last;
        Report report;
        final Map<Long, byte[]> hashes = bounded(HASHES_MAX);
        final Map<TransactionId, Refill> refills = new LinkedHashMap<>();

        Optional<byte[]> hash(long sequence) {
            return Optional.ofNullable(hashes.get(sequence));
        }
    }

    private final Journal journal;
    private final Map<DeviceId, Meter> meters = new TreeMap<>();
    private final Map<DeviceId, Map<Long, Answer>> answers = new TreeMap<>();

    Memory(Journals journals, Path directory) throws RefusedException {
        this.journal = journals.open(directory.resolve("settlement.journal"));
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

    Meter meter(DeviceId meter) {
        return meters.computeIfAbsent(meter, m -> new Meter());
    }

    Map<DeviceId, Meter> meters() {
        return meters;
    }

    Optional<Answer> answer(DeviceId merchant, long batch) {
        return Optional.ofNullable(answers.getOrDefault(merchant, Map.of()).get(batch));
    }

    /** The records up to {@code first + hashes.size() - 1} are booked, these refills confirmed. */
    void booked(DeviceId meter, long first, List<byte[]> hashes, List<TransactionId> confirmed) throws RefusedException {
        write(List.of(bookedPayload(meter, first, hashes, confirmed)));
    }

    void report(DeviceId meter, Report report) throws RefusedException {
        write(List.of(reportPayload(meter, report)));
    }

    void refill(DeviceId meter, Refill refill) throws RefusedException {
        write(List.of(refillPayload(meter, refill)));
    }

    void answered(DeviceId merchant, long batch, Answer answer) throws RefusedException {
        write(List.of(answerPayload(merchant, batch, answer)));
    }

    @Override
    public void close() {
        journal.close();
    }

    private void write(List<byte[]> payloads) throws RefusedException {
        journal.appendAll(TYPE, payloads);
        payloads.forEach(this::replay);
    }

    private static <K, V> Map<K, V> bounded(int max) {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > max;
            }
        };
    }

    private List<byte[]> snapshot() {
        List<byte[]> all = new ArrayList<>();
        meters.forEach((id, meter) -> {
            List<Long> sequences = List.copyOf(meter.hashes.keySet());
            for (int at = 0; at < sequences.size(); at += HASHES_PER_RECORD) {
                List<Long> some = sequences.subList(at, Math.min(sequences.size(), at + HASHES_PER_RECORD));
                all.add(bookedPayload(id, some.get(0), some.stream().map(meter.hashes::get).toList(), List.of()));
            }
            if (meter.report != null) {
                all.add(reportPayload(id, meter.report));
            }
            meter.refills.values().forEach(refill -> all.add(refillPayload(id, refill)));
        });
        answers.forEach((merchant, some) ->
                some.forEach((number, answer) -> all.add(answerPayload(merchant, number, answer))));
        return all;
    }

    private interface Fields {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] payload(int kind, DeviceId device, Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(kind);
            out.write(device.bytes());
            fields.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] bookedPayload(DeviceId meter, long first, List<byte[]> hashes, List<TransactionId> confirmed) {
        return payload(BOOKED, meter, out -> {
            out.writeLong(first);
            out.writeInt(hashes.size());
            for (byte[] hash : hashes) {
                out.writeByte(hash.length);
                out.write(hash);
            }
            out.writeInt(confirmed.size());
            for (TransactionId id : confirmed) {
                out.write(id.bytes());
            }
        });
    }

    private static byte[] reportPayload(DeviceId meter, Report report) {
        return payload(REPORT, meter, out -> {
            out.writeLong(report.sequence());
            out.writeLong(report.descending());
            out.writeLong(report.inTransit());
        });
    }

    private static byte[] refillPayload(DeviceId meter, Refill refill) {
        return payload(REFILL, meter, out -> {
            out.write(refill.id().bytes());
            out.writeLong(refill.number());
            out.writeLong(refill.mils());
        });
    }

    private static byte[] answerPayload(DeviceId merchant, long batch, Answer answer) {
        return payload(BATCH, merchant, out -> {
            out.writeLong(batch);
            out.write(answer.digest());
            out.writeInt(answer.result().accepted());
            out.writeLong(answer.result().acceptedMils());
            out.writeInt(answer.result().rejected().size());
            for (String one : answer.result().rejected()) {
                out.writeUTF(one);
            }
        });
    }

    private void replay(byte[] payload) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
            int kind = in.readUnsignedByte();
            DeviceId device = DeviceId.of(in.readNBytes(DeviceId.BYTES));
            switch (kind) {
                case BOOKED -> readBooked(meter(device), in);
                case REPORT -> meter(device).report = new Report(in.readLong(), in.readLong(), in.readLong());
                case REFILL -> {
                    Refill refill = new Refill(TransactionId.of(in.readNBytes(16)), in.readLong(), in.readLong());
                    meter(device).refills.put(refill.id(), refill);
                }
                case BATCH -> readAnswer(device, in);
                default -> throw new IllegalStateException("settlement journal holds a record of kind " + kind);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readBooked(Meter meter, DataInputStream in) throws IOException {
        long first = in.readLong();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            meter.hashes.put(first + i, in.readNBytes(in.readUnsignedByte()));
            meter.last = first + i;
        }
        int confirmed = in.readInt();
        for (int i = 0; i < confirmed; i++) {
            meter.refills.remove(TransactionId.of(in.readNBytes(16)));
        }
    }

    private void readAnswer(DeviceId merchant, DataInputStream in) throws IOException {
        long number = in.readLong();
        byte[] digest = in.readNBytes(32);
        int accepted = in.readInt();
        long mils = in.readLong();
        String[] rejected = new String[in.readInt()];
        for (int i = 0; i < rejected.length; i++) {
            rejected[i] = in.readUTF();
        }
        answers.computeIfAbsent(merchant, m -> bounded(BATCHES_MAX))
                .put(number, new Answer(digest, new BatchResult(number, accepted, mils, Arrays.asList(rejected))));
    }
}
