// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import org.porto.model.api.RefusedException;
import org.porto.register.api.RegisterCode;

/**
 * A walk over every record from the first, archived ones first, some at a time (rule V3): both stores or copies say the same,
 * each record is whole and authentic, and its arithmetic done again gives what it says. Records are decoded on all processors,
 * and chained by one.
 */
final class Verification {

    /** Waking other threads for fewer takes longer than it saves. */
    private static final int PARALLEL_FROM = 200;

    /** A segment in the archive. */
    record Archived(Archive archive, long number) {}

    /** One copy of an archived segment is to be made anew from the other. */
    record Repair(long number, String from, String to, String why) {}

    /** Does it, under the vault's lock. */
    interface Restore {
        void of(Repair repair) throws RefusedException;
    }

    private static final int PIECE = 2048;

    private final RecordCodec codec;
    private final long until;
    private Chain chain;
    private final List<byte[]> taken = new ArrayList<>();

    Verification(RecordCodec codec, byte[] genesis, long until) {
        this.codec = codec;
        this.until = until;
        chain = new Chain(genesis);
    }

    long records() {
        return chain.sequence();
    }

    /** Bytes of the next record, on which both stores agree. */
    void take(byte[] bytes) {
        taken.add(bytes);
    }

    int wanted() {
        return (int) Math.min(PIECE, until - records());
    }

    /** Checks what was taken. */
    void checkTaken() throws RefusedException {
        try {
            if (taken.isEmpty()) {
                throw new BrokenRecordException("record " + (records() + 1) + ": missing");
            }
            follow(chain, taken);
        } catch (BrokenRecordException e) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        } finally {
            taken.clear();
        }
    }

    private void follow(Chain on, List<byte[]> pieces) throws BrokenRecordException {
        StoredRecord[] decoded = new StoredRecord[pieces.size()];
        ConcurrentMap<Integer, BrokenRecordException> broken = new ConcurrentHashMap<>();
        IntStream all = IntStream.range(0, decoded.length);
        (decoded.length < PARALLEL_FROM ? all : all.parallel()).forEach(i -> {
            try {
                decoded[i] = codec.decode(pieces.get(i));
            } catch (BrokenRecordException e) {
                broken.put(i, e);
            }
        });
        for (int i = 0; i < decoded.length; i++) {
            if (decoded[i] == null) {
                throw new BrokenRecordException(
                        "record " + (on.sequence() + 1) + ": " + broken.get(i).getMessage(), broken.get(i));
            }
            on.next(decoded[i]);
        }
    }

    /** A segment's checkpoint is the state that its records begin with. */
    private static void checkpoint(Chain on, SegmentHeader header) throws BrokenRecordException {
        boolean same = header.front().map(front -> Arrays.equals(front.hash(), on.hash())).orElse(header.first() == 1)
                && header.transit().equals(on.transit());
        if (on.sequence() + 1 == header.first() && !same) {
            throw new BrokenRecordException("checkpoint of segment " + header.number());
        }
    }

    void checkpoint(SegmentHeader header) throws BrokenRecordException {
        checkpoint(chain, header);
    }

    /** Both copies side by side; when that fails each for itself, and the one that is whole restores the other. */
    void archived(Archived segment, Restore restore) throws RefusedException {
        Chain before = new Chain(chain);
        try {
            together(segment);
            return;
        } catch (BrokenRecordException | IOException e) {
            chain = before;
        }
        Optional<Chain> journal = alone(segment, Archive.JOURNAL);
        Optional<Chain> table = alone(segment, Archive.TABLE);
        if (journal.isPresent() == table.isPresent()) {
            throw new RefusedException(
                    RegisterCode.RECORD_BROKEN,
                    "segment " + segment.number() + " behind record " + records() + ": "
                            + (journal.isPresent() ? "its copies differ" : "both copies are damaged"));
        }
        restore.of(new Repair(
                segment.number(),
                journal.isPresent() ? Archive.JOURNAL : Archive.TABLE,
                journal.isPresent() ? Archive.TABLE : Archive.JOURNAL,
                "archive: segment " + segment.number()));
        chain = journal.or(() -> table).orElseThrow();
    }

    private void together(Archived segment) throws BrokenRecordException, IOException {
        try (Archive.Reading journal = segment.archive().read(segment.number(), Archive.JOURNAL);
                Archive.Reading table = segment.archive().read(segment.number(), Archive.TABLE)) {
            if (!Arrays.equals(journal.header.bytes(), table.header.bytes())
                    || !Arrays.equals(journal.trailer.bytes(), table.trailer.bytes())) {
                throw new BrokenRecordException("copies of segment " + segment.number() + " differ");
            }
            checkpoint(chain, journal.header);
            List<byte[]> piece = new ArrayList<>(PIECE);
            Optional<byte[]> next = skip(journal, table);
            while (next.isPresent()) {
                if (!Arrays.equals(next.get(), table.next().orElse(new byte[0]))) {
                    throw new BrokenRecordException("copies of segment " + segment.number() + " differ");
                }
                piece.add(next.get());
                next = journal.next();
                if (piece.size() == PIECE || next.isEmpty()) {
                    follow(chain, piece);
                    piece.clear();
                }
            }
            ends(chain, journal.trailer);
        }
    }

    /** A walk may have followed some of the segment while it was still live. */
    private Optional<byte[]> skip(Archive.Reading journal, Archive.Reading table) throws BrokenRecordException, IOException {
        for (long sequence = journal.header.first(); sequence <= records(); sequence++) {
            journal.next();
            table.next();
        }
        return journal.next();
    }

    private static void ends(Chain on, Trailer trailer) throws BrokenRecordException {
        if (on.sequence() != trailer.first() + trailer.count() - 1 || !Arrays.equals(on.hash(), trailer.lastHash())) {
            throw new BrokenRecordException("segment " + trailer.number() + ": trailer");
        }
    }

    /** The chain behind the segment as this copy has it; empty when the copy is damaged. */
    private Optional<Chain> alone(Archived segment, String copy) {
        Chain on = new Chain(chain);
        try (Archive.Reading reading = segment.archive().read(segment.number(), copy)) {
            reading.checkBody();
            checkpoint(on, reading.header);
            long sequence = reading.header.first();
            for (Optional<byte[]> next = reading.next(); next.isPresent(); next = reading.next()) {
                if (sequence++ > chain.sequence()) {
                    follow(on, List.of(next.get()));
                }
            }
            ends(on, reading.trailer);
            return Optional.of(on);
        } catch (BrokenRecordException | IOException e) {
            return Optional.empty();
        }
    }
}
