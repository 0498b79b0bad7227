// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.file.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalCode;
import org.porto.journal.api.JournalRecord;
import org.porto.model.api.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A journal in one file ({@link Frame}). One lock serialises writers; replays read through a view of their own, without it. */
final class FileJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);
    private static final int WRITE_BUFFER_BYTES = 1 << 18;

    private final Path path;
    private final Disk disk;
    private final InstantSource clock;
    private final Runnable release;
    private final MessageDigest sha = Frame.sha256();

    private Disk.DiskFile file;
    private Index index;
    private long end;
    private long sequence;
    private byte[] hash;
    private boolean failed;
    private boolean closed;

    /** @param release gives the lock back; called once, at close or when the opening fails */
    FileJournal(Path path, Disk disk, InstantSource clock, Runnable release) throws RefusedException {
        this.path = path;
        this.disk = disk;
        this.clock = clock;
        this.release = release;
        boolean good = false;
        try {
            recover();
            good = true;
        } catch (IOException e) {
            throw new RefusedException(JournalCode.WRITE_FAILED, path + ": " + e.getMessage(), e);
        } finally {
            if (!good) {
                close();
            }
        }
    }

    private void recover() throws IOException, RefusedException {
        if (!disk.exists(path)) {
            replaceFile(0, new byte[Frame.HASH_BYTES], 0, List.of());
            return;
        }
        disk.deleteIfExists(aside());
        file = disk.open(path);
        long size = file.size();
        Index.Mark base = readHeader(size);
        index = new Index(base);
        Scan scan = new Scan(file, size, base.next(), base.sequence(), base.hash());
        Scan.Found found = scan.next();
        while (found == Scan.Found.RECORD) {
            index.passed(scan.sequence(), scan.hash(), scan.position());
            found = scan.next();
        }
        if (found == Scan.Found.UNCHAINED || (found == Scan.Found.BROKEN && scan.durableBehind())) {
            throw broken(scan);
        }
        end = scan.position();
        sequence = scan.sequence();
        hash = scan.hash();
        if (end < size) {
            LOG.warn("JRN-001 {}: torn tail of {} bytes behind record {} cut off", path, size - end, sequence);
            file.truncate(end);
            file.sync();
        }
    }

    private Index.Mark readHeader(long size) throws IOException, RefusedException {
        byte[] header = new byte[(int) Math.min(size, Frame.HEADER_BYTES)];
        ByteBuffer into = ByteBuffer.wrap(header);
        while (into.hasRemaining()) {
            if (file.read(into, into.position()) < 0) {
                throw new IOException("file became shorter while it was read");
            }
        }
        if (!Frame.isHeader(header)) {
            throw new RefusedException(JournalCode.BROKEN, path + ": header");
        }
        byte[] baseHash = java.util.Arrays.copyOfRange(header, 12, 12 + Frame.HASH_BYTES);
        return new Index.Mark(ByteBuffer.wrap(header).getLong(4), baseHash, Frame.HEADER_BYTES);
    }

    private RefusedException broken(Scan scan) {
        return new RefusedException(
                JournalCode.BROKEN, path + ": record " + (scan.sequence() + 1) + " at offset " + scan.position());
    }

    @Override
    public JournalRecord append(int type, byte[] payload) throws RefusedException {
        return appendAll(type, List.of(payload)).get(0);
    }

    @Override
    public synchronized List<JournalRecord> appendAll(int type, List<byte[]> payloads) throws RefusedException {
        usable();
        check(type, payloads);
        try {
            Written written = write(file, end, sequence, hash, type, payloads, null);
            if (!payloads.isEmpty()) {
                file.sync();
            }
            for (Index.Mark mark : written.marks()) {
                index.passed(mark.sequence(), mark.hash(), mark.next());
            }
            end = written.end();
            sequence = written.sequence();
            hash = written.hash();
            return written.records();
        } catch (IOException e) {
            failed = true;
            throw new RefusedException(JournalCode.WRITE_FAILED, path + ": " + e.getMessage(), e);
        }
    }

    private record Written(long end, long sequence, byte[] hash, List<JournalRecord> records, List<Index.Mark> marks) {}

    private Written write(
            Disk.DiskFile to, long at, long afterSequence, byte[] afterHash, int type, List<byte[]> payloads, Index passed)
            throws IOException {
        Instant now = Instant.ofEpochMilli(clock.millis());
        ByteBuffer pending = ByteBuffer.allocate(WRITE_BUFFER_BYTES);
        List<JournalRecord> records = new ArrayList<>(passed == null ? payloads.size() : 0);
        List<Index.Mark> marks = new ArrayList<>();
        long flushedTo = at;
        long next = at;
        long number = afterSequence;
        byte[] last = afterHash;
        for (int i = 0; i < payloads.size(); i++) {
            byte[] payload = payloads.get(i);
            number = Math.addExact(number, 1);
            byte[] record = Frame.record(number, now.toEpochMilli(), i, type, payload, last, sha);
            last = java.util.Arrays.copyOfRange(
                    record, record.length - 4 - Frame.HASH_BYTES, record.length - 4);
            if (record.length > pending.remaining()) {
                flushedTo = flush(to, pending, flushedTo);
            }
            if (record.length > pending.capacity()) {
                flushedTo = flush(to, ByteBuffer.wrap(record).position(record.length), flushedTo);
            } else {
                pending.put(record);
            }
            next += record.length;
            if (passed == null) {
                records.add(new JournalRecord(number, now, type, payload, last));
                marks.add(new Index.Mark(number, last, next));
            } else {
                passed.passed(number, last, next);
            }
        }
        flush(to, pending, flushedTo);
        return new Written(next, number, last, records, marks);
    }

    /** Writes what was put into the buffer, however little each call takes. @return where the next byte goes */
    private static long flush(Disk.DiskFile to, ByteBuffer pending, long at) throws IOException {
        pending.flip();
        long next = at;
        while (pending.hasRemaining()) {
            int taken = to.write(pending, next);
            if (taken <= 0) {
                throw new IOException("nothing was written");
            }
            next += taken;
        }
        pending.clear();
        return next;
    }

    private static void check(int type, List<byte[]> payloads) throws RefusedException {
        if (type < 0 || type > 255) {
            throw new IllegalArgumentException("type is 0 to 255, not " + type);
        }
        for (byte[] payload : payloads) {
            if (payload.length > PAYLOAD_BYTES_MAX) {
                throw new RefusedException(
                        JournalCode.TOO_LARGE, payload.length + " bytes, at most " + PAYLOAD_BYTES_MAX);
            }
        }
    }

    private void usable() throws RefusedException {
        if (closed) {
            throw new RefusedException(JournalCode.CLOSED, path.toString());
        }
        if (failed) {
            throw new RefusedException(JournalCode.WRITE_FAILED, path + " failed before");
        }
    }

    @Override
    public synchronized long lastSequence() {
        return sequence;
    }

    @Override
    public void replay(long fromSequence, Consumer<JournalRecord> sink) throws RefusedException {
        walk(fromSequence, sink);
    }

    @Override
    public long verify() throws RefusedException {
        return walk(Long.MIN_VALUE, record -> {});
    }

    /** @return how many records were walked over */
    private long walk(long fromSequence, Consumer<JournalRecord> sink) throws RefusedException {
        Disk.DiskFile view = null;
        try {
            Scan scan;
            long start;
            synchronized (this) {
                usable();
                Index.Mark mark = index.before(fromSequence);
                start = mark.sequence();
                view = disk.openToRead(path);
                scan = new Scan(view, end, mark.next(), mark.sequence(), mark.hash());
            }
            Scan.Found found = scan.next();
            while (found == Scan.Found.RECORD) {
                if (scan.sequence() >= fromSequence) {
                    sink.accept(scan.record());
                }
                found = scan.next();
            }
            if (found != Scan.Found.END) {
                throw broken(scan);
            }
            return scan.sequence() - start;
        } catch (IOException e) {
            throw new RefusedException(JournalCode.BROKEN, path + " cannot be read: " + e.getMessage(), e);
        } finally {
            quietly(view);
        }
    }

    @Override
    public synchronized void compact(int type, List<byte[]> payloads) throws RefusedException {
        usable();
        check(type, payloads);
        try {
            replaceFile(sequence, hash, type, payloads);
        } catch (IOException e) {
            failed = true;
            throw new RefusedException(JournalCode.WRITE_FAILED, path + ": " + e.getMessage(), e);
        }
    }

    /** Writes a whole file aside, syncs it, gives it the name, syncs the name. */
    private void replaceFile(long baseSequence, byte[] baseHash, int type, List<byte[]> payloads) throws IOException {
        Index fresh = new Index(new Index.Mark(baseSequence, baseHash, Frame.HEADER_BYTES));
        Disk.DiskFile next = disk.create(aside());
        boolean good = false;
        try {
            ByteBuffer header = ByteBuffer.wrap(Frame.header(baseSequence, baseHash)).position(Frame.HEADER_BYTES);
            flush(next, header, 0);
            Written written = write(next, Frame.HEADER_BYTES, baseSequence, baseHash, type, payloads, fresh);
            next.sync();
            disk.move(aside(), path);
            disk.syncDirectory(path.getParent());
            quietly(file);
            file = next;
            index = fresh;
            end = written.end();
            sequence = written.sequence();
            hash = written.hash();
            good = true;
        } finally {
            if (!good) {
                quietly(next);
            }
        }
    }

    private Path aside() {
        return path.resolveSibling(path.getFileName() + ".new");
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            quietly(file);
            release.run();
        }
    }

    private void quietly(Disk.DiskFile open) {
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // Everything that matters was synced before.
                LOG.warn("{}: {}", path, e.getMessage());
            }
        }
    }
}
