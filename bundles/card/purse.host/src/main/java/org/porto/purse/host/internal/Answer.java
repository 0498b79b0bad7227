// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.PurseCode;

/** A card's answer: status word and data. */
record Answer(int status, byte[] data) {

    static final int OK = 0x9000;

    boolean ok() {
        return status == OK;
    }

    /** The data, when there are exactly that many bytes. */
    ByteBuffer exactly(int bytes) throws RefusedException {
        if (data.length != bytes) {
            throw new RefusedException(PurseCode.PROTOCOL, data.length + " bytes where " + bytes + " belong");
        }
        return ByteBuffer.wrap(data);
    }

    /** An amount: a card that names a negative one lies. */
    static long amount(ByteBuffer in) throws RefusedException {
        long value = in.getLong();
        if (value < 0) {
            throw new RefusedException(PurseCode.PROTOCOL, "amount out of range");
        }
        return value;
    }

    static long number(ByteBuffer in) {
        return in.getInt() & 0xFFFFFFFFL;
    }

    /** @throws BufferUnderflowException never when {@link #exactly} was asked */
    static byte[] bytes(ByteBuffer in, int length) {
        byte[] out = new byte[length];
        in.get(out);
        return out;
    }
}
