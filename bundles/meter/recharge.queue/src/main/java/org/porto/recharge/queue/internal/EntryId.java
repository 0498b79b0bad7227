// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.porto.model.api.RefusedException;
import org.porto.recharge.api.RechargeCode;

/** The 16 bytes of an entry id, as a key. */
record EntryId(long high, long low) {

    static final int BYTES = 16;

    static EntryId of(byte[] bytes, int at) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new EntryId(in.getLong(at), in.getLong(at + 8));
    }

    static EntryId parse(String hex) throws RefusedException {
        if (!hex.matches("[0-9a-f]{32}")) {
            throw new RefusedException(RechargeCode.ENTRY_UNKNOWN, "'" + hex + "'");
        }
        return of(HexFormat.of().parseHex(hex), 0);
    }

    String hex() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }
}
