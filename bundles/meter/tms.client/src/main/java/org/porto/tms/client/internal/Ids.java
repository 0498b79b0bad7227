// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.porto.crypto.api.CryptoService;
import org.porto.model.api.DeviceId;
import org.porto.model.api.TransactionId;

/** Transaction ids of the acts that a session does by itself: made from what they are, so that repeating repeats them. */
final class Ids {

    private final CryptoService crypto;
    private final DeviceId serial;

    Ids(CryptoService crypto, DeviceId serial) {
        this.crypto = crypto;
        this.serial = serial;
    }

    TransactionId of(String step) {
        byte[] hash = crypto.sha256((serial.value() + "/" + step).getBytes(StandardCharsets.US_ASCII));
        return TransactionId.of(Arrays.copyOf(hash, TransactionId.BYTES));
    }

    TransactionId inspected(long deadlineMillis) {
        return of("inspected/" + deadlineMillis);
    }
}
