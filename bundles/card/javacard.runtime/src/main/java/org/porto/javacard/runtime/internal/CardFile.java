// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A card's memory in a file: magic, then records {length, seq, check over both, bytes, check over all}; record 0 tells the
 * applet, every later one is a whole image and the last one counts. A record that the file is too short for was being
 * written when the power went and is cut off; any other damage is refused, for an old image would bring spent money back.
 */
public final class CardFile implements CardStore, Closeable {

    private static final long MAGIC = 0x504F52544F434431L;
    private static final int HEAD = 16;
    private static final int TAIL = 4;
    private static final int RECORD_BYTES_MAX = 1 << 20;
    private static final int SHAPE_BYTES = 32;
    private static final int COMPACT_BYTES = 1 << 20;

    private final Path path;
    private final Path lockPath;
    private final FileChannel lockChannel;
    private FileChannel channel;
    private long seq;
    private byte[] identity;
    private byte[] image;
    private boolean broken;

    private CardFile(Path path, Path lockPath, FileChannel lockChannel) {
        this.path = path;
        this.lockPath = lockPath;
        this.lockChannel = lockChannel;
    }

    /** Makes the file; it must not be there. */
    public static void create(Path path, byte[] aid, byte[] shape, byte[] image) throws IOException {
        ByteBuffer identity = ByteBuffer.allocate(1 + aid.length + SHAPE_BYTES);
        identity.put((byte) aid.length).put(aid).put(shape);
        if (Files.exists(path)) {
            throw new java.nio.file.FileAlreadyExistsException(path.toString());
        }
        write(path, identity.array(), 1, image);
    }

    private static void write(Path path, byte[] identity, long seq, byte[] image) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            put(out, ByteBuffer.allocate(8).putLong(0, MAGIC));
            put(out, record(0, identity));
            put(out, record(seq, image));
            out.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static void put(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static ByteBuffer record(long seq, byte[] bytes) {
        ByteBuffer record = ByteBuffer.allocate(HEAD + bytes.length + TAIL);
        record.putInt(bytes.length).putLong(seq);
        record.putInt(check(record, 12)).put(bytes);
        record.putInt(check(record, HEAD + bytes.length));
        return record.flip();
    }

    private static int check(ByteBuffer record, int length) {
        CRC32C crc = new CRC32C();
        crc.update(record.array(), record.arrayOffset(), length);
        return (int) crc.getValue();
    }

    /**
     * Opens and locks.
     *
     * @throws CardInUseException when another reader holds the card
     */
    public static CardFile open(Path path) throws IOException {
        // The lock is on a file of its own, because compaction replaces the card file.
        Path lockPath = path.resolveSibling(path.getFileName() + ".lock");
        FileChannel lockChannel = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        CardFile file = new CardFile(path, lockPath, lockChannel);
        boolean done = false;
        try {
            file.lock();
            file.channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            file.read();
            done = true;
            return file;
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    private void lock() throws IOException {
        FileLock lock;
        try {
            lock = lockChannel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new org.porto.javacard.runtime.api.CardInUseException(lockPath.getFileName().toString());
        }
    }

    private void read() throws IOException {
        ByteBuffer magic = ByteBuffer.allocate(8);
        if (read(magic, 0) < 8 || magic.getLong(0) != MAGIC) {
            throw damaged("magic");
        }
        long at = 8;
        long end = channel.size();
        while (at < end) {
            ByteBuffer head = ByteBuffer.allocate(HEAD);
            if (read(head, at) < HEAD) {
                break;
            }
            int length = head.getInt(0);
            if (head.getInt(12) != check(head, 12) || length < 0 || length > RECORD_BYTES_MAX) {
                throw damaged("record head at " + at);
            }
            ByteBuffer record = ByteBuffer.allocate(HEAD + length + TAIL);
            if (read(record, at) < record.capacity()) {
                break;
            }
            if (record.getInt(HEAD + length) != check(record, HEAD + length)) {
                throw damaged("record at " + at);
            }
            take(record, length, at);
            at += record.capacity();
        }
        if (image == null) {
            throw damaged("no memory");
        }
        channel.truncate(at);
        channel.position(at);
    }

    private void take(ByteBuffer record, int length, long at) throws IOException {
        byte[] bytes = new byte[length];
        record.get(HEAD, bytes);
        long number = record.getLong(4);
        if (identity == null) {
            if (number != 0 || length < 1 || length != 1 + bytes[0] + SHAPE_BYTES) {
                throw damaged("identity");
            }
            identity = bytes;
        } else {
            if (number < 1 || image != null && number != seq + 1) {
                throw damaged("order at " + at);
            }
            image = bytes;
            seq = number;
        }
    }

    private int read(ByteBuffer target, long at) throws IOException {
        int got = 0;
        int n = 0;
        while (target.hasRemaining() && n >= 0) {
            n = channel.read(target, at + got);
            got += Math.max(n, 0);
        }
        return got;
    }

    private IOException damaged(String what) {
        return new IOException("card file " + path.getFileName() + " is damaged: " + what);
    }

    public byte[] aid() {
        return java.util.Arrays.copyOfRange(identity, 1, 1 + identity[0]);
    }

    public byte[] shape() {
        return java.util.Arrays.copyOfRange(identity, 1 + identity[0], identity.length);
    }

    public byte[] image() {
        return image.clone();
    }

    @Override
    public void save(byte[] fresh) throws IOException {
        if (broken) {
            throw new IOException("card file failed before");
        }
        broken = true;
        if (channel.position() > COMPACT_BYTES) {
            write(path, identity, seq + 1, fresh);
            channel.close();
            channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel.position(channel.size());
        } else {
            put(channel, record(seq + 1, fresh));
            channel.force(false);
        }
        seq++;
        image = fresh.clone();
        broken = false;
    }

    @Override
    public void close() throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            lockChannel.close();
        }
    }
}
