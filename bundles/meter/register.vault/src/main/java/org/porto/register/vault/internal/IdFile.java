// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.porto.model.api.RefusedException;

/**
 * Transaction ids of some archived segments, sorted, with where their records lie, and a Bloom filter in blocks behind them. One
 * read of one block says no to almost every new id. Blocks carry a CRC over their content and number; the header a MAC over the
 * hash of all. Derived data: when anything is wrong with it, it is made anew from the segments.
 */
final class IdFile implements AutoCloseable {

    /** Where a record lies. */
    record Place(long segment, int offset) {}

    static final int BLOCK = 4096;
    private static final int DATA = BLOCK - 4;
    static final int ENTRY = 24;
    private static final int ENTRIES = DATA / ENTRY;
    private static final int BITS = DATA * 8;
    private static final int BITS_PER_ID = 10;
    private static final int PROBES = 7;
    private static final int GUESSES = 4;
    private static final int MAGIC = 0x50494401;
    private static final int HEADER = 4 + 8 + 8 + 8 + RecordCodec.HASH_BYTES + 4 + RecordCodec.MAC_BYTES + 4;

    final long first;
    final long last;
    final long count;
    private final FileChannel channel;
    private final byte[] bodyHash;
    private final CRC32C crc = new CRC32C();

    /** Set by whoever adds files, beside those who ask. */
    private volatile ByteBuffer[] bloom = {};

    private IdFile(FileChannel channel, long first, long last, long count, byte[] bodyHash) {
        this.channel = channel;
        this.first = first;
        this.last = last;
        this.count = count;
        this.bodyHash = bodyHash;
    }

    /** @throws BrokenRecordException when the header is not what was written for these segments */
    static IdFile open(Path file, Disk disk, Seal seal, long first, long last) throws IOException, BrokenRecordException {
        FileChannel channel = disk.open(file);
        boolean good = false;
        try {
            byte[] head = Medium.read(channel, 0, HEADER).orElseThrow(() -> new BrokenRecordException("ids: length"));
            ByteBuffer in = ByteBuffer.wrap(head);
            if (in.getInt() != MAGIC
                    || in.getLong() != first
                    || in.getLong() != last
                    || in.getInt(HEADER - 4) != RecordCodec.crc(head, 0, HEADER - 4)) {
                throw new BrokenRecordException("ids: header");
            }
            long count = in.getLong();
            byte[] hash = new byte[RecordCodec.HASH_BYTES];
            in.get(hash);
            int version = in.getInt();
            int macAt = in.position();
            byte[] mac = Arrays.copyOfRange(head, macAt, macAt + RecordCodec.MAC_BYTES);
            if (!seal.verify(version, mac, Arrays.copyOf(head, macAt))
                    || count < 0
                    || channel.size() != (1 + entryBlocks(count) + bloomBlocks(count)) * BLOCK) {
                throw new BrokenRecordException("ids: MAC or length");
            }
            good = true;
            return new IdFile(channel, first, last, count, hash);
        } finally {
            if (!good) {
                channel.close();
            }
        }
    }

    static long entryBlocks(long count) {
        return (count + ENTRIES - 1) / ENTRIES;
    }

    static long bloomBlocks(long count) {
        return Math.max(1, (count * BITS_PER_ID + BITS - 1) / BITS);
    }

    private static void bloomProbes(long hash, int[] probes) {
        int a = (int) hash;
        int b = (int) (hash >>> 17) | 1;
        for (int i = 0; i < PROBES; i++) {
            probes[i] = Integer.remainderUnsigned(a + i * b, BITS);
        }
    }

    private static int bloomBlock(long hash, long blocks) {
        return (int) ((hash >>> 32) * blocks >>> 32);
    }

    /** @param buffer of {@link #BLOCK} bytes, to work in */
    Optional<Place> find(long high, long low, ByteBuffer buffer) throws IOException, BrokenRecordException {
        long hash = IdIndex.mix(high, low);
        int number = bloomBlock(hash, bloomBlocks(count));
        ByteBuffer[] kept = bloom;
        ByteBuffer bits = buffer;
        if (kept.length > 0) {
            bits = kept[number];
        } else {
            block(1 + entryBlocks(count) + number, buffer);
        }
        int a = (int) hash;
        int b = (int) (hash >>> 17) | 1;
        for (int i = 0; i < PROBES; i++) {
            int probe = Integer.remainderUnsigned(a + i * b, BITS);
            if ((bits.get(probe / 8) & 1 << probe % 8) == 0) {
                return Optional.empty();
            }
        }
        return search(high, low, buffer);
    }

    long filterBytes() {
        return bloomBlocks(count) * BLOCK;
    }

    /** Reads the filter into memory. */
    void keepFilter() throws IOException, BrokenRecordException {
        if (bloom.length == 0) {
            ByteBuffer[] all = new ByteBuffer[Math.toIntExact(bloomBlocks(count))];
            for (int i = 0; i < all.length; i++) {
                all[i] = ByteBuffer.wrap(block(1 + entryBlocks(count) + i));
            }
            bloom = all;
        }
    }

    void dropFilter() {
        bloom = new ByteBuffer[0];
    }

    /** Ids are spread evenly when they are random, so that the block is guessed; by halves where guessing does not come to it. */
    private Optional<Place> search(long high, long low, ByteBuffer buffer) throws IOException, BrokenRecordException {
        long from = 0;
        long to = entryBlocks(count) - 1;
        long guess = (long) (share(high) * (to + 1));
        for (int step = 0; from <= to; step++) {
            long at = step < GUESSES ? Math.max(from, Math.min(to, guess)) : (from + to) >>> 1;
            block(1 + at, buffer);
            int entries = (int) Math.min(ENTRIES, count - at * ENTRIES);
            int last = (entries - 1) * ENTRY;
            if (IdIndex.compare(buffer.getLong(0), buffer.getLong(8), high, low) > 0) {
                guess = at - 1 - (long) ((share(buffer.getLong(0)) - share(high)) * entryBlocks(count));
                to = at - 1;
            } else if (IdIndex.compare(buffer.getLong(last), buffer.getLong(last + 8), high, low) < 0) {
                guess = at + 1 + (long) ((share(high) - share(buffer.getLong(last))) * entryBlocks(count));
                from = at + 1;
            } else {
                return within(high, low, buffer, entries);
            }
        }
        return Optional.empty();
    }

    /** Of all ids so many lie in front of this one. */
    private static double share(long high) {
        return (high >>> 11) * 0x1p-53;
    }

    private static Optional<Place> within(long high, long low, ByteBuffer buffer, int entries) {
        int from = 0;
        int to = entries;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int at = middle * ENTRY;
            int compared = IdIndex.compare(buffer.getLong(at), buffer.getLong(at + 8), high, low);
            if (compared == 0) {
                return Optional.of(new Place(buffer.getInt(at + 16) & 0xFFFFFFFFL, buffer.getInt(at + 20)));
            }
            if (compared < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return Optional.empty();
    }

    private void block(long number, ByteBuffer into) throws IOException, BrokenRecordException {
        into.clear();
        while (into.hasRemaining()) {
            if (channel.read(into, number * BLOCK + into.position()) < 0) {
                throw new BrokenRecordException("ids: length");
            }
        }
        crc.reset();
        crc.update(into.flip().limit(DATA));
        into.clear();
        if (into.getInt(DATA) != ((int) crc.getValue() ^ (int) number)) {
            throw new BrokenRecordException("ids: CRC of block " + number);
        }
    }

    private byte[] block(long number) throws IOException, BrokenRecordException {
        byte[] block = Medium.read(channel, number * BLOCK, BLOCK).orElseThrow(() -> new BrokenRecordException("ids: length"));
        if (ByteBuffer.wrap(block).getInt(DATA) != (RecordCodec.crc(block, 0, DATA) ^ (int) number)) {
            throw new BrokenRecordException("ids: CRC of block " + number);
        }
        return block;
    }

    /** Every block, against the MAC in the header. */
    void verify() throws IOException, BrokenRecordException {
        MessageDigest digest = sha256();
        for (long number = 1; number <= entryBlocks(count) + bloomBlocks(count); number++) {
            digest.update(block(number));
        }
        if (!MessageDigest.isEqual(bodyHash, digest.digest())) {
            throw new BrokenRecordException("ids: hash");
        }
    }

    /** Entries in order. */
    final class Cursor {
        private long next;
        private byte[] block;
        long high;
        long low;
        int segment;
        int offset;

        boolean next() throws IOException, BrokenRecordException {
            if (next == count) {
                return false;
            }
            if (next % ENTRIES == 0) {
                block = block(1 + next / ENTRIES);
            }
            ByteBuffer entry = ByteBuffer.wrap(block, (int) (next % ENTRIES) * ENTRY, ENTRY);
            high = entry.getLong();
            low = entry.getLong();
            segment = entry.getInt();
            offset = entry.getInt();
            next++;
            return true;
        }
    }

    Cursor cursor() {
        return new Cursor();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** When it was only read. */
    void quietly() {
        Opening.quietly(channel);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Writes one: ids in order, then {@link #finish}. */
    static final class Writer implements AutoCloseable {
        private final FileChannel channel;
        private final Medium medium;
        private final long first;
        private final long last;
        private final long count;
        private final byte[][] bloom;
        private final MessageDigest digest = sha256();
        private final int[] probes = new int[PROBES];
        private ByteBuffer block = ByteBuffer.allocate(BLOCK);
        private final ByteBuffer piece = ByteBuffer.allocate(16 * BLOCK);
        private long number = 1;
        private long added;
        private boolean unsynced;

        Writer(FileChannel channel, Medium medium, long first, long last, long count) throws IOException {
            this.channel = channel;
            this.medium = medium;
            this.first = first;
            this.last = last;
            this.count = count;
            bloom = new byte[Math.toIntExact(bloomBlocks(count))][DATA];
            channel.truncate(0);
        }

        void add(long high, long low, int segment, int offset) throws IOException, StoreException {
            block.putLong(high).putLong(low).putInt(segment).putInt(offset);
            long hash = IdIndex.mix(high, low);
            byte[] bits = bloom[bloomBlock(hash, bloom.length)];
            bloomProbes(hash, probes);
            for (int probe : probes) {
                bits[probe / 8] |= (byte) (1 << probe % 8);
            }
            added++;
            if (block.position() == ENTRIES * ENTRY) {
                flush();
            }
        }

        private void flush() throws StoreException {
            byte[] bytes = block.array();
            ByteBuffer.wrap(bytes).putInt(DATA, RecordCodec.crc(bytes, 0, DATA) ^ (int) number);
            digest.update(bytes);
            piece.put(bytes);
            number++;
            if (!piece.hasRemaining()) {
                write();
            }
            Arrays.fill(bytes, (byte) 0);
            block = block.clear();
        }

        /** What was written so far goes to the medium now, not all at once at the end. */
        void sync() throws StoreException {
            if (unsynced) {
                medium.maintain(Archive.NAME, () -> channel.force(false));
                unsynced = false;
            }
        }

        private void write() throws StoreException {
            int length = piece.position();
            unsynced = true;
            medium.maintain(Archive.NAME, () -> medium.write(channel, piece.flip(), number * BLOCK - length));
            piece.clear();
        }

        void finish(Seal seal) throws IOException, StoreException, RefusedException {
            if (added != count) {
                throw new IOException(added + " ids of " + count);
            }
            if (block.position() > 0) {
                flush();
            }
            for (byte[] bits : bloom) {
                block.put(bits);
                flush();
            }
            write();
            int version = seal.currentVersion();
            ByteBuffer out = ByteBuffer.allocate(HEADER);
            out.putInt(MAGIC).putLong(first).putLong(last).putLong(count).put(digest.digest()).putInt(version);
            out.put(seal.mac(version, Arrays.copyOf(out.array(), out.position())));
            out.putInt(RecordCodec.crc(out.array(), 0, out.position()));
            medium.maintain(Archive.NAME, () -> {
                medium.write(channel, Arrays.copyOf(out.array(), BLOCK), 0);
                channel.force(true);
            });
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
