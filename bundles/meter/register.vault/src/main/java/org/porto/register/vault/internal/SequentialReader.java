// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads a file onwards in large pieces. */
final class SequentialReader {

    private final FileChannel channel;
    private final long limit;
    private final byte[] buffer = new byte[Medium.PIECE];
    private long bufferAt;
    private int filled;

    /** @param limit as if the file ended here at the latest */
    SequentialReader(FileChannel channel, long limit) {
        this.channel = channel;
        this.limit = limit;
    }

    /** Empty when there is less. At most {@link Medium#PIECE} bytes. */
    Optional<byte[]> read(long at, int length) throws IOException {
        if (!fetch(at, length)) {
            return Optional.empty();
        }
        int from = (int) (at - bufferAt);
        return Optional.of(Arrays.copyOfRange(buffer, from, from + length));
    }

    /** The bytes of what claims to be a record here; empty when nothing does. */
    Optional<byte[]> record(long at) throws IOException {
        if (!fetch(at, RecordCodec.BYTES_MIN)) {
            return Optional.empty();
        }
        int length = RecordCodec.lengthAt(buffer, (int) (at - bufferAt));
        return length == 0 ? Optional.empty() : read(at, length);
    }

    /** Length that the record here claims, whose bytes are then in {@link #buffer} from {@link #from} on; 0 when none is. */
    int recordLength(long at) throws IOException {
        if (!fetch(at, RecordCodec.BYTES_MIN)) {
            return 0;
        }
        int length = RecordCodec.lengthAt(buffer, (int) (at - bufferAt));
        return length == 0 || !fetch(at, length) ? 0 : length;
    }

    byte[] buffer() {
        return buffer;
    }

    int from(long at) {
        return (int) (at - bufferAt);
    }

    private boolean fetch(long at, int length) throws IOException {
        if (at >= bufferAt && at + length <= bufferAt + filled) {
            return true;
        }
        int wanted = (int) Math.min(buffer.length, limit - at);
        if (wanted < length) {
            return false;
        }
        ByteBuffer into = ByteBuffer.wrap(buffer, 0, wanted);
        filled = 0;
        while (into.hasRemaining()) {
            int got = channel.read(into, at + into.position());
            if (got < 0) {
                break;
            }
        }
        bufferAt = at;
        filled = into.position();
        return filled >= length;
    }

    /** Position behind the last byte that is not zero, from here on; {@code from} when all are. */
    long lastUsed(long from) throws IOException {
        long used = from;
        byte[] zeros = new byte[buffer.length];
        for (long at = from; at < limit; at += buffer.length) {
            filled = 0;
            if (!fetch(at, 1)) {
                return used;
            }
            if (Arrays.mismatch(buffer, 0, filled, zeros, 0, filled) >= 0) {
                int last = filled;
                while (buffer[last - 1] == 0) {
                    last--;
                }
                used = at + last;
            }
        }
        return used;
    }

    void checksum(CRC32C crc, long from, long to) throws IOException {
        for (long at = from; at < to; at += buffer.length) {
            int length = (int) Math.min(buffer.length, to - at);
            filled = 0;
            if (!fetch(at, length)) {
                return; // the sum is then another one
            }
            crc.update(buffer, 0, length);
        }
    }
}
