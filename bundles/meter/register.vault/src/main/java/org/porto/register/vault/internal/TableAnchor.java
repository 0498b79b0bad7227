// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Where a chain of the table's chunks begins. Two slots in front of all chunks hold one each, written in turn. Layout: docs/vault.md.
 *
 * @param crc of the chunk that it names
 */
record TableAnchor(int slot, long block, int chunk, long version, int crc) {

    static final int SLOTS = 2;
    static final int BYTES = 8 + 8 + 4 + 8 + 4 + 4;

    private static final long MAGIC = 0x50_4F_52_54_54_41_42_01L; // "PORTTAB", version 1
    private static final int CRC_AT = BYTES - Integer.BYTES;

    /** A whole block. */
    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(Disk.BLOCK);
        out.putLong(MAGIC).putLong(block).putInt(chunk).putLong(version).putInt(crc);
        return out.putInt(RecordCodec.crc(out.array(), 0, CRC_AT)).rewind();
    }

    /** Empty when none stands there. */
    static Optional<TableAnchor> decode(int slot, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt(CRC_AT) != RecordCodec.crc(bytes, 0, CRC_AT) || in.getLong() != MAGIC) {
            return Optional.empty();
        }
        return Optional.of(new TableAnchor(slot, in.getLong(), in.getInt(), in.getLong(), in.getInt()));
    }
}
