// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Both copies of one archived segment, side by side: the same bytes, each record whole, authentic and chained, its arithmetic done
 * again. It begins at the segment's own checkpoint, so that several can be looked at at once; that the checkpoint is what the segment in
 * front ends with, is for whoever puts them in order.
 */
final class SegmentCheck {

    /** A whole segment. @param end the chain behind it */
    record Whole(SegmentHeader header, Chain end) {}

    private final RecordCodec codec;
    private final byte[] genesis;
    private final Sums sums = new Sums();

    SegmentCheck(RecordCodec codec, byte[] genesis) {
        this.codec = codec;
        this.genesis = genesis;
    }

    /**
     * @param walked the chain of a walk that followed some of it while it was still live; empty: from the checkpoint on
     * @throws BrokenRecordException also when the copies differ
     */
    Whole of(Verification.Archived segment, Optional<Chain> walked) throws BrokenRecordException, IOException {
        try (Archive.Reading journal = segment.archive().read(segment.number(), Archive.JOURNAL);
                Archive.Reading table = segment.archive().read(segment.number(), Archive.TABLE)) {
            if (!Arrays.equals(journal.header.bytes(), table.header.bytes())
                    || !Arrays.equals(journal.trailer.bytes(), table.trailer.bytes())) {
                throw differ(segment);
            }
            Chain chain = walked.isPresent() ? new Chain(walked.get()) : new Chain(genesis, journal.header);
            long known = chain.sequence();
            long sequence = journal.header.first();
            for (byte[] record = journal.nextOrNone(); record.length > 0; record = journal.nextOrNone()) {
                if (!table.nextIs(record)) {
                    throw differ(segment);
                }
                if (sequence++ > known) {
                    chain.next(decode(record, chain.sequence() + 1));
                }
            }
            journal.ends(chain);
            return new Whole(journal.header, chain);
        }
    }

    /** What the other copy is asked when this one is not whole. @param chain in front of the segment */
    Chain alone(Verification.Archived segment, String copy, Chain chain) throws BrokenRecordException, IOException {
        try (Archive.Reading reading = segment.archive().read(segment.number(), copy)) {
            reading.checkBody();
            Chain on = new Chain(chain);
            on.checkpoint(reading.header);
            long sequence = reading.header.first();
            for (byte[] record = reading.nextOrNone(); record.length > 0; record = reading.nextOrNone()) {
                if (sequence++ > chain.sequence()) {
                    on.next(decode(record, on.sequence() + 1));
                }
            }
            reading.ends(on);
            return on;
        }
    }

    StoredRecord decode(byte[] record, long sequence) throws BrokenRecordException {
        try {
            return codec.decode(record, sums);
        } catch (BrokenRecordException e) {
            throw new BrokenRecordException("record " + sequence + ": " + e.getMessage(), e);
        }
    }

    private static BrokenRecordException differ(Verification.Archived segment) {
        return new BrokenRecordException("copies of segment " + segment.number() + " differ");
    }
}
