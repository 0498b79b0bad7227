// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.porto.model.api.RefusedException;

/**
 * What closes an archived segment: how many records, the last one's hash, CRC over everything in front, and a MAC over that. A
 * segment cut short or exchanged is found without reading its neighbours.
 */
record Trailer(long number, long first, long count, long bodyBytes, byte[] lastHash, int bodyCrc, byte[] bytes) {

    static final int BYTES = 4 + 4 * 8 + RecordCodec.HASH_BYTES + 4 + 4 + RecordCodec.MAC_BYTES + 4;
    private static final int MAGIC = 0x50545201;

    static Trailer of(long number, long first, long count, long bodyBytes, byte[] lastHash, int bodyCrc, Seal seal)
            throws RefusedException {
        int version = seal.currentVersion();
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.putInt(MAGIC).putLong(number).putLong(first).putLong(count).putLong(bodyBytes);
        out.put(lastHash).putInt(bodyCrc).putInt(version);
        out.put(seal.mac(version, Arrays.copyOf(out.array(), out.position())));
        out.putInt(RecordCodec.crc(out.array(), 0, out.position()));
        return new Trailer(number, first, count, bodyBytes, lastHash, bodyCrc, out.array());
    }

    static Trailer decode(byte[] bytes, Seal seal) throws BrokenRecordException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length != BYTES || in.getInt() != MAGIC || in.getInt(BYTES - 4) != RecordCodec.crc(bytes, 0, BYTES - 4)) {
            throw new BrokenRecordException("trailer: CRC");
        }
        long number = in.getLong();
        long first = in.getLong();
        long count = in.getLong();
        long body = in.getLong();
        byte[] hash = new byte[RecordCodec.HASH_BYTES];
        in.get(hash);
        int crc = in.getInt();
        int version = in.getInt();
        int macAt = in.position();
        byte[] mac = Arrays.copyOfRange(bytes, macAt, macAt + RecordCodec.MAC_BYTES);
        if (!seal.verify(version, mac, Arrays.copyOf(bytes, macAt))) {
            throw new BrokenRecordException("trailer: MAC");
        }
        return new Trailer(number, first, count, body, hash, crc, bytes);
    }
}
