// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;

/** What a transfer leaves behind on both sides, and what the next secret is made of (rule T4; W's personality). */
record Personality(
        CardId card, DeviceId meter, long amountMils, long movedMils, int day, long transfers, long cardTransaction) {

    private static final int BYTES = 42;
    private static final byte[] LABEL_LOADED = "PORTO-LOAD".getBytes(StandardCharsets.US_ASCII);

    private byte[] encoded() {
        return ByteBuffer.allocate(BYTES)
                .put(card.bytes())
                .put(meter.bytes())
                .putLong(amountMils)
                .putLong(movedMils)
                .putShort((short) day)
                .putInt((int) transfers)
                .putInt((int) cardTransaction)
                .array();
    }

    /** @param fresh what both agreed over in this session alone, 16 bytes */
    SecretBytes nextSecret(SymmetricKey secret, byte[] fresh) {
        byte[] context = ByteBuffer.allocate(BYTES + fresh.length).put(encoded()).put(fresh).array();
        try {
            return secret.derive("PORTO-NEXT", context, 16);
        } finally {
            Arrays.fill(context, (byte) 0);
        }
    }

    boolean receiptIsRight(SymmetricKey secret, long balanceMils, byte[] mac) {
        return secret.verifyMac(
                mac, LABEL_LOADED, encoded(), ByteBuffer.allocate(8).putLong(balanceMils).array());
    }
}
