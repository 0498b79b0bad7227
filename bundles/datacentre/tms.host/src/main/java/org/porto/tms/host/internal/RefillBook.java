// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.host.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalRecord;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * Refills per meter (rule S3) and cases, each change journalled first; memory is the journal's replay. Not thread-safe: its
 * owner locks.
 */
final class RefillBook {

    /** @param hostReference empty while it is not known whether it is booked */
    record Refill(long number, TransactionId transaction, long amountMils, String hostReference) {
        boolean booked() {
            return !hostReference.isEmpty();
        }
    }

    private static final int VERSION = 1;
    private static final int INTENT = 1;
    private static final int BOOKED = 2;
    private static final int DROPPED = 3;
    private static final int CASE = 4;

    private final Journal journal;
    private final Map<DeviceId, NavigableMap<Long, Refill>> refills = new HashMap<>();
    private final Map<DeviceId, Long> sums = new HashMap<>();
    private final Map<DeviceId, String> cases = new HashMap<>();

    RefillBook(Journal journal) throws RefusedException {
        this.journal = journal;
        try {
            journal.replay(1, this::replayed);
        } catch (UncheckedIOException | IllegalArgumentException | ArithmeticException e) {
            throw new RefusedException(TmsHostCode.STORE_UNREADABLE, e.getMessage(), e);
        }
    }

    Optional<Refill> find(DeviceId meter, long number) {
        return Optional.ofNullable(of(meter).get(number));
    }

    /** The one with the highest number. */
    Optional<Refill> last(DeviceId meter) {
        return Optional.ofNullable(of(meter).lastEntry()).map(Map.Entry::getValue);
    }

    /** Sum of all that is booked, what the meter's register R must show (rule S2). */
    long bookedMils(DeviceId meter) {
        return sums.getOrDefault(meter, 0L);
    }

    Optional<String> lastCase(DeviceId meter) {
        return Optional.ofNullable(cases.get(meter));
    }

    void putIntent(DeviceId meter, long number, TransactionId transaction, long amountMils) throws RefusedException {
        append(INTENT, meter, out -> {
            out.writeLong(number);
            out.writeUTF(transaction.value());
            out.writeLong(amountMils);
        });
    }

    void putBooked(DeviceId meter, long number, String hostReference) throws RefusedException {
        append(BOOKED, meter, out -> {
            out.writeLong(number);
            out.writeUTF(hostReference);
        });
    }

    /** Forgets an intent that was refused: its number is free again. */
    void putDropped(DeviceId meter, long number, String code) throws RefusedException {
        append(DROPPED, meter, out -> {
            out.writeLong(number);
            out.writeUTF(code);
        });
    }

    void putCase(DeviceId meter, String text) throws RefusedException {
        append(CASE, meter, out -> out.writeUTF(text));
    }

    private NavigableMap<Long, Refill> of(DeviceId meter) {
        return refills.computeIfAbsent(meter, id -> new TreeMap<>());
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private void append(int type, DeviceId meter, Body body) throws RefusedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(meter.value());
            body.write(out);
        } catch (IOException e) {
            throw new RefusedException(TmsHostCode.STORE_UNREADABLE, "record of type " + type + " cannot be written", e);
        }
        replayed(journal.append(type, bytes.toByteArray()));
    }

    private void replayed(JournalRecord record) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record.payload()))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException("version " + version);
            }
            apply(record.type(), new DeviceId(in.readUTF()), in);
            if (in.available() > 0) {
                throw new IOException("bytes behind it");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "record " + record.sequence() + " of type " + record.type() + ": " + e.getMessage(), e);
        }
    }

    private void apply(int type, DeviceId meter, DataInputStream in) throws IOException {
        switch (type) {
            case INTENT -> {
                Refill refill = new Refill(in.readLong(), new TransactionId(in.readUTF()), in.readLong(), "");
                of(meter).put(refill.number(), refill);
            }
            case BOOKED -> {
                Refill known = known(meter, in.readLong());
                of(meter).put(
                        known.number(),
                        new Refill(known.number(), known.transaction(), known.amountMils(), in.readUTF()));
                sums.merge(meter, known.amountMils(), Math::addExact);
            }
            case DROPPED -> {
                of(meter).remove(known(meter, in.readLong()).number());
                in.readUTF();
            }
            case CASE -> cases.put(meter, in.readUTF());
            default -> throw new IOException("unknown type");
        }
    }

    private Refill known(DeviceId meter, long number) throws IOException {
        Refill known = of(meter).get(number);
        if (known == null || known.booked()) {
            throw new IOException("refill " + number + " of " + meter + " is not open");
        }
        return known;
    }
}
