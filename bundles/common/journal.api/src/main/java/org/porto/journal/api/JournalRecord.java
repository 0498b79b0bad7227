// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.api;

import java.time.Instant;

/**
 * One record.
 *
 * @param sequence from 1, without gaps
 * @param time wall clock at the append
 * @param type application's own, 0 to 255
 * @param payload at most {@link Journal#PAYLOAD_BYTES_MAX}
 * @param hash SHA-256 over the previous record's hash and this record
 */
public record JournalRecord(long sequence, Instant time, int type, byte[] payload, byte[] hash) {

    public JournalRecord {
        payload = payload.clone();
        hash = hash.clone();
    }

    @Override
    public byte[] payload() {
        return payload.clone();
    }

    @Override
    public byte[] hash() {
        return hash.clone();
    }
}
