// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.porto.register.api.RegisterCode;

/**
 * Closed segments, each in two copies of the same bytes that came from different stores: {@code NNNNNN.journal} is the journal's
 * own file, {@code NNNNNN.table} was read from the table. One that is damaged is restored from the other.
 */
final class Archive {

    static final String NAME = "archive";
    static final String JOURNAL = ".journal";
    static final String TABLE = ".table";
    private static final String NEW = ".new";
    private static final byte[] NO_BYTES = new byte[0];

    final Path folder;
    private final Medium medium;
    private final RecordCodec codec;
    private final Seal seal;

    Archive(Path folder, Medium medium, RecordCodec codec, Seal seal) {
        this.folder = folder;
        this.medium = medium;
        this.codec = codec;
        this.seal = seal;
    }

    Path file(long number, String copy) {
        return folder.resolve(String.format("%06d%s", number, copy));
    }

    boolean has(long number) {
        return medium.disk.exists(file(number, JOURNAL)) || medium.disk.exists(file(number, TABLE));
    }

    /** Where the table's copy of a segment is made. */
    Path made(long number) {
        return file(number, TABLE + NEW);
    }

    /** The record at a place, from whichever copy has it whole. */
    StoredRecord record(IdFile.Place place) throws StoreException, BrokenRecordException {
        try {
            return record(place, JOURNAL);
        } catch (BrokenRecordException e) {
            return record(place, TABLE);
        }
    }

    private StoredRecord record(IdFile.Place place, String copy) throws StoreException, BrokenRecordException {
        Path file = file(place.segment(), copy);
        if (!medium.disk.exists(file)) {
            throw new BrokenRecordException("segment " + place.segment() + " is missing");
        }
        try (FileChannel channel = medium.disk.open(file)) {
            int reach = (int) Math.min(RecordCodec.BYTES_MAX, channel.size() - place.offset());
            byte[] bytes = Medium.read(channel, place.offset(), Math.max(0, reach))
                    .orElseThrow(() -> new BrokenRecordException("segment " + place.segment() + " ends early"));
            int length = bytes.length < RecordCodec.BYTES_MIN ? 0 : RecordCodec.lengthAt(bytes, 0);
            if (length == 0 || length > bytes.length) {
                throw new BrokenRecordException("segment " + place.segment() + ": no record at " + place.offset());
            }
            return codec.decode(Arrays.copyOf(bytes, length));
        } catch (IOException e) {
            throw new StoreException(RegisterCode.STORE_FAILED, NAME + ": " + e.getMessage(), e);
        }
    }

    /** First record number of a segment, as its header claims. */
    private long first(long number) throws StoreException, BrokenRecordException {
        for (String copy : new String[] {JOURNAL, TABLE}) {
            Path file = file(number, copy);
            if (!medium.disk.exists(file)) {
                continue;
            }
            try (FileChannel channel = medium.disk.open(file)) {
                SegmentHeader header = SegmentHeader.decode(header(channel), codec, seal);
                if (header.number() == number) { // another's would lead a search round in circles
                    return header.first();
                }
            } catch (IOException e) {
                throw new StoreException(RegisterCode.STORE_FAILED, NAME + ": " + e.getMessage(), e);
            } catch (BrokenRecordException e) {
                continue;
            }
        }
        throw new BrokenRecordException("segment " + number + " is damaged in both copies");
    }

    static byte[] header(FileChannel channel) throws IOException, BrokenRecordException {
        byte[] block = Medium.read(channel, 0, SegmentHeader.BLOCK)
                .orElseThrow(() -> new BrokenRecordException("segment header: length"));
        return Medium.read(channel, 0, SegmentHeader.lengthOf(block))
                .orElseThrow(() -> new BrokenRecordException("segment header: length"));
    }

    /** The segment that a record is in, among those archived. */
    long segmentOf(long sequence, long archived) throws StoreException, BrokenRecordException {
        long low = 1;
        long high = archived;
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (first(middle) <= sequence) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** One copy of one archived segment, read in order. */
    final class Reading implements AutoCloseable {
        private final FileChannel channel;
        private final SequentialReader reader;
        final SegmentHeader header;
        final Trailer trailer;
        private long at;

        private Reading(long number, String copy) throws IOException, BrokenRecordException {
            Path file = file(number, copy);
            if (!medium.disk.exists(file)) {
                throw new BrokenRecordException("segment " + number + copy + " is missing");
            }
            channel = medium.disk.open(file);
            boolean good = false;
            try {
                header = SegmentHeader.decode(header(channel), codec, seal);
                long size = channel.size();
                trailer = Trailer.decode(
                        Medium.read(channel, Math.max(0, size - Trailer.BYTES), Trailer.BYTES)
                                .orElseThrow(() -> new BrokenRecordException("trailer")),
                        seal);
                if (header.number() != number
                        || trailer.number() != number
                        || trailer.first() != header.first()
                        || trailer.bodyBytes() != size - Trailer.BYTES) {
                    throw new BrokenRecordException("segment " + number + copy + ": trailer does not fit");
                }
                at = header.bytes().length;
                reader = new SequentialReader(channel, trailer.bodyBytes());
                good = true;
            } finally {
                if (!good) {
                    channel.close();
                }
            }
        }

        /** The next record's bytes, empty at the end. */
        Optional<byte[]> next() throws IOException, BrokenRecordException {
            byte[] bytes = nextOrNone();
            return bytes.length == 0 ? Optional.empty() : Optional.of(bytes);
        }

        /** The same with an array of no bytes at the end: for walks over millions. */
        byte[] nextOrNone() throws IOException, BrokenRecordException {
            if (at >= trailer.bodyBytes()) {
                return NO_BYTES;
            }
            int length = length();
            int from = reader.from(at);
            byte[] bytes = Arrays.copyOfRange(reader.buffer(), from, from + length);
            at += length;
            return bytes;
        }

        /** Whether the next record is this one; goes on in any case. */
        boolean nextIs(byte[] record) throws IOException, BrokenRecordException {
            if (at >= trailer.bodyBytes()) {
                return false;
            }
            int length = length();
            int from = reader.from(at);
            at += length;
            return Arrays.equals(reader.buffer(), from, from + length, record, 0, record.length);
        }

        private int length() throws IOException, BrokenRecordException {
            int length = reader.recordLength(at);
            if (length == 0) {
                throw new BrokenRecordException("segment " + header.number() + ": no record at " + at);
            }
            return length;
        }

        /** The trailer tells of all the records in front of it. */
        void ends(Chain on) throws BrokenRecordException {
            if (on.sequence() != trailer.first() + trailer.count() - 1 || !Arrays.equals(on.hash(), trailer.lastHash())) {
                throw new BrokenRecordException("segment " + trailer.number() + ": trailer");
            }
        }

        long at() {
            return at;
        }

        void checkBody() throws IOException, BrokenRecordException {
            CRC32C crc = new CRC32C();
            reader.checksum(crc, 0, trailer.bodyBytes());
            if ((int) crc.getValue() != trailer.bodyCrc()) {
                throw new BrokenRecordException("segment " + header.number() + ": CRC");
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    Reading read(long number, String copy) throws IOException, BrokenRecordException {
        return new Reading(number, copy);
    }

    /** Writes one copy anew from the other, which was checked. */
    void restore(long number, String from, String to) throws StoreException {
        Path made = file(number, to + NEW);
        try (FileChannel source = medium.disk.open(file(number, from));
                FileChannel target = medium.disk.open(made)) {
            medium.maintain(NAME, () -> target.truncate(0));
            long size = source.size();
            for (long at = 0; at < size; at += Medium.PIECE) {
                long start = at;
                byte[] piece = Medium.read(source, at, (int) Math.min(Medium.PIECE, size - at))
                        .orElseThrow(() -> new IOException("file ends early"));
                medium.maintain(NAME, () -> medium.write(target, piece, start));
            }
            medium.maintain(NAME, () -> target.force(true));
        } catch (IOException e) {
            throw new StoreException(RegisterCode.STORE_FAILED, NAME + ": " + e.getMessage(), e);
        }
        medium.maintain(NAME, () -> medium.move(made, file(number, to)));
    }
}
