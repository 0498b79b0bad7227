// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

import java.time.Instant;
import java.util.Optional;
import org.porto.model.api.TransactionId;

/**
 * One change on record (rule V3).
 *
 * @param amountMils value moved, mils; fee included in it nowhere
 * @param feeMils fee part
 * @param reference the other side, at most 64 characters: card id, mail class, refill number, reason
 * @param after all registers after it; {@code after.sequence()} is the record's number
 * @param hash chain hash, SHA-256
 * @param mac AES-CMAC under the meter's register key
 * @param keyVersion version of that key
 * @param ends the transfer-out that it ends, else empty
 */
public record RegisterRecord(
        TransactionId transaction,
        String kind,
        long amountMils,
        long feeMils,
        String reference,
        Instant time,
        Registers after,
        byte[] hash,
        byte[] mac,
        int keyVersion,
        Optional<TransactionId> ends) {

    public RegisterRecord {
        hash = hash.clone();
        mac = mac.clone();
    }

    /** For whoever has no key and ends no transfer. */
    public RegisterRecord(
            TransactionId transaction,
            String kind,
            long amountMils,
            long feeMils,
            String reference,
            Instant time,
            Registers after,
            byte[] hash,
            byte[] mac) {
        this(transaction, kind, amountMils, feeMils, reference, time, after, hash, mac, 0, Optional.empty());
    }

    public long sequence() {
        return after.sequence();
    }

    @Override
    public byte[] hash() {
        return hash.clone();
    }

    @Override
    public byte[] mac() {
        return mac.clone();
    }
}
