// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Optional;
import org.porto.register.api.RegisterCode;

/**
 * First store: a file of records, one behind the other, nothing ever overwritten with other bytes. The last record is found from
 * the end, since each repeats its length there; opening takes the same time for any length of the file.
 */
final class JournalStore implements RegisterStore {

    static final String NAME = "journal";

    private final RecordCodec codec;
    private final WriteWindows windows;
    private final FileChannel channel;
    private StoredRecord last;
    private long end;
    private boolean torn;

    /** Where the last walk ended, so that one in pieces need not begin at the first record each time. */
    private long walkedTo = 1;

    private long walkedAt;

    JournalStore(Path file, Disk disk, RecordCodec codec, WriteWindows windows) throws StoreException {
        this.codec = codec;
        this.windows = windows;
        try {
            channel = disk.open(file);
        } catch (IOException e) {
            throw failed("opening", e);
        }
        try {
            lock();
            find();
        } catch (IOException e) {
            close();
            throw failed("opening", e);
        }
    }

    /** The lock goes with the channel. */
    private void lock() throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IOException("file is in use by another process");
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("file is in use", e);
        }
    }

    /** Looks for the last valid record within the reach of two records from the end; the rest behind it is torn. */
    private void find() throws IOException {
        long size = channel.size();
        int reach = (int) Math.min(size, 2L * RecordCodec.BYTES_MAX);
        byte[] tail = read(size - reach, reach);
        for (int stop = reach; stop >= RecordCodec.BYTES_MIN; stop--) {
            int length = ByteBuffer.wrap(tail).getInt(stop - 8);
            if (length < RecordCodec.BYTES_MIN || length > stop) {
                continue;
            }
            byte[] bytes = new byte[length];
            System.arraycopy(tail, stop - length, bytes, 0, length);
            try {
                last = codec.decode(bytes);
                end = size - reach + stop;
                torn = stop != reach;
                return;
            } catch (BrokenRecordException e) {
                torn = true;
            }
        }
        torn = size > 0;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<StoredRecord> last() {
        return Optional.ofNullable(last);
    }

    @Override
    public boolean torn() {
        return torn;
    }

    @Override
    public void settle(WriteWindows.Window window) throws StoreException {
        windows.check(window, NAME, last == null ? 0 : last.sequence());
        try {
            if (torn) {
                channel.truncate(end);
            }
            if (last != null) {
                write(last.bytes(), end - last.bytes().length);
            }
            channel.force(true);
            torn = false;
        } catch (IOException e) {
            throw failed("settling", e);
        }
    }

    @Override
    public void append(WriteWindows.Window window, StoredRecord stored) throws StoreException {
        windows.check(window, NAME, stored.sequence());
        if (torn || stored.sequence() != (last == null ? 1 : last.sequence() + 1)) {
            throw new StoreException(RegisterCode.WINDOW_VIOLATED, "record " + stored.sequence() + " does not follow");
        }
        try {
            write(stored.bytes(), end);
            channel.force(false);
        } catch (IOException e) {
            throw failed("writing record " + stored.sequence(), e);
        }
        end += stored.bytes().length;
        last = stored;
    }

    /** Fills a new journal; durable only by {@link #loaded}. */
    void load(WriteWindows.Window window, StoredRecord stored) throws StoreException {
        windows.check(window, NAME, stored.sequence());
        try {
            write(stored.bytes(), end);
        } catch (IOException e) {
            throw failed("loading record " + stored.sequence(), e);
        }
        end += stored.bytes().length;
        last = stored;
    }

    void loaded() throws StoreException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw failed("loading", e);
        }
    }

    private void write(byte[] bytes, long at) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (channel.write(buffer, at + buffer.position()) <= 0) {
                throw new IOException("nothing was written");
            }
        }
    }

    @Override
    public void walk(long from, long to, Sink sink) throws StoreException, BrokenRecordException {
        boolean onwards = from >= walkedTo;
        long at = onwards ? walkedAt : 0;
        try {
            for (long sequence = onwards ? walkedTo : 1; sequence <= to && at < end; sequence++) {
                int length = RecordCodec.lengthOf(read(at, 8));
                if (length > end - at) {
                    throw new BrokenRecordException("record " + sequence + " ends behind the journal");
                }
                if (sequence >= from) {
                    sink.accept(codec.decode(read(at, length)));
                }
                at += length;
                walkedTo = sequence + 1;
                walkedAt = at;
            }
        } catch (IOException e) {
            throw failed("reading", e);
        }
    }

    private byte[] read(long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new IOException("file ends early");
            }
        }
        return buffer.array();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Every record was synced when it was written: nothing is lost with the channel.
            torn = true;
        }
    }

    private static StoreException failed(String what, IOException e) {
        return new StoreException(RegisterCode.STORE_FAILED, NAME + ": " + what, e);
    }
}
