// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.file.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;
import org.porto.journal.api.Journal;

/**
 * Layout of a journal file, big-endian.
 *
 * <pre>
 * header, 48 bytes:  "PJN1", base sequence 8, base hash 32, CRC-32C 4 over the 44 before it
 * record:            payload length 4, sequence 8, epoch milliseconds 8, index in its batch 4, type 1, payload,
 *                    hash 32 = SHA-256(hash of the record before, the fields from length to payload),
 *                    CRC-32C 4 over everything before it
 * </pre>
 *
 * <p>The index tells which records were durable before this one was written: all up to sequence - 1 - index. That is what lets
 * an opening tell a batch torn by a crash (its blocks may reach the disk in any order) from damage to what was durable.
 */
final class Frame {

    static final int HEADER_BYTES = 48;
    static final int HASH_BYTES = 32;
    static final int HEAD_BYTES = 25;
    static final int OVERHEAD_BYTES = HEAD_BYTES + HASH_BYTES + 4;
    static final int RECORD_BYTES_MAX = OVERHEAD_BYTES + Journal.PAYLOAD_BYTES_MAX;
    private static final byte[] MAGIC = "PJN1".getBytes(StandardCharsets.US_ASCII);

    private Frame() {}

    static byte[] header(long baseSequence, byte[] baseHash) {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putLong(baseSequence).put(baseHash);
        return out.putInt(crc(out.array(), 0, HEADER_BYTES - 4)).array();
    }

    static boolean isHeader(byte[] header) {
        return header.length == HEADER_BYTES
                && java.util.Arrays.equals(header, 0, 4, MAGIC, 0, 4)
                && ByteBuffer.wrap(header).getLong(4) >= 0
                && ByteBuffer.wrap(header).getInt(HEADER_BYTES - 4) == crc(header, 0, HEADER_BYTES - 4);
    }

    static byte[] record(long sequence, long millis, int index, int type, byte[] payload, byte[] before, MessageDigest sha) {
        ByteBuffer out = ByteBuffer.allocate(OVERHEAD_BYTES + payload.length);
        out.putInt(payload.length).putLong(sequence).putLong(millis).putInt(index).put((byte) type).put(payload);
        sha.update(before);
        sha.update(out.array(), 0, out.position());
        out.put(sha.digest());
        return out.putInt(crc(out.array(), 0, out.position())).array();
    }

    static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
