// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.file.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalRecord;

/**
 * Walks the records of a file in large buffered reads, checking CRC, sequence and chain. Memory: one buffer that holds the
 * largest record. Not thread-safe.
 */
final class Scan {

    /** What stands at the present position. */
    enum Found {
        RECORD,
        /** The end, exactly behind a record. */
        END,
        /** Bytes that are no whole record: a torn tail, or damage. */
        BROKEN,
        /** A whole record with a right CRC in the wrong place of the chain. */
        UNCHAINED
    }

    private static final int BUFFER_BYTES = Frame.RECORD_BYTES_MAX + (1 << 18);

    private final Disk.DiskFile file;
    private final long end;
    private final MessageDigest sha = Frame.sha256();
    private byte[] buffer = new byte[1 << 16];
    private long bufferAt;
    private int bufferLength;

    private long position;
    private long sequence;
    private byte[] hash;
    private int recordAt;
    private int payloadLength;

    /**
     * @param end where the walk ends
     * @param position offset of the first record to read
     * @param sequence and hash of the record before it
     */
    Scan(Disk.DiskFile file, long end, long position, long sequence, byte[] hash) {
        this.file = file;
        this.end = end;
        this.position = position;
        this.sequence = sequence;
        this.hash = hash;
    }

    /** Steps over the next record. On anything but RECORD the position stays. */
    Found next() throws IOException {
        if (position == end) {
            return Found.END;
        }
        int length = whole(position);
        if (length < 0) {
            return Found.BROKEN;
        }
        ByteBuffer view = ByteBuffer.wrap(buffer, recordAt, length).slice();
        sha.update(hash);
        sha.update(buffer, recordAt, Frame.HEAD_BYTES + payloadLength);
        byte[] right = sha.digest();
        int hashAt = recordAt + Frame.HEAD_BYTES + payloadLength;
        if (view.getLong(4) != sequence + 1
                || !Arrays.equals(right, 0, right.length, buffer, hashAt, hashAt + Frame.HASH_BYTES)) {
            return Found.UNCHAINED;
        }
        sequence++;
        hash = right;
        position += length;
        return Found.RECORD;
    }

    /** The record that {@link #next} stepped over. */
    JournalRecord record() {
        ByteBuffer view = ByteBuffer.wrap(buffer, recordAt, Frame.HEAD_BYTES + payloadLength).slice();
        byte[] payload = Arrays.copyOfRange(
                buffer, recordAt + Frame.HEAD_BYTES, recordAt + Frame.HEAD_BYTES + payloadLength);
        return new JournalRecord(sequence, Instant.ofEpochMilli(view.getLong(12)), view.get(24) & 0xFF, payload, hash);
    }

    /**
     * Whether behind broken bytes at the present position there is a record which proves that the broken one had been durable:
     * then the break is damage and no torn tail.
     */
    boolean durableBehind() throws IOException {
        for (long at = position + 1; at + Frame.OVERHEAD_BYTES <= end; at++) {
            fill(at, Frame.HEAD_BYTES);
            ByteBuffer view = ByteBuffer.wrap(buffer, (int) (at - bufferAt), Frame.HEAD_BYTES).slice();
            long claimed = view.getLong(4);
            long durable = claimed - 1 - view.getInt(20);
            boolean possible = claimed > sequence + 1 && claimed - sequence <= end - position && durable > sequence;
            if (possible && whole(at) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Length of the whole record with a right CRC at an offset, -1 when there is none. Sets recordAt, payloadLength. */
    private int whole(long at) throws IOException {
        long rest = end - at;
        if (rest < Frame.OVERHEAD_BYTES) {
            return -1;
        }
        fill(at, Frame.HEAD_BYTES);
        int claimed = ByteBuffer.wrap(buffer, (int) (at - bufferAt), 4).getInt();
        if (claimed < 0 || claimed > Journal.PAYLOAD_BYTES_MAX || claimed > rest - Frame.OVERHEAD_BYTES) {
            return -1;
        }
        int length = Frame.OVERHEAD_BYTES + claimed;
        fill(at, length);
        int start = (int) (at - bufferAt);
        int crc = ByteBuffer.wrap(buffer, start + length - 4, 4).getInt();
        if (crc != Frame.crc(buffer, start, length - 4)) {
            return -1;
        }
        recordAt = start;
        payloadLength = claimed;
        return length;
    }

    /** Makes sure that the buffer holds these bytes, which lie before the end. */
    private void fill(long at, int length) throws IOException {
        if (at >= bufferAt && at + length <= bufferAt + bufferLength) {
            return;
        }
        if (length > buffer.length) {
            buffer = new byte[BUFFER_BYTES];
        }
        ByteBuffer into = ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, end - at));
        while (into.hasRemaining()) {
            if (file.read(into, at + into.position()) < 0) {
                throw new IOException("file became shorter while it was read");
            }
        }
        bufferAt = at;
        bufferLength = into.position();
    }

    long position() {
        return position;
    }

    long sequence() {
        return sequence;
    }

    byte[] hash() {
        return hash;
    }
}
