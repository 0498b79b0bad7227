// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;

/** Follows records from the first: numbers without gaps, hash chain, and each record's arithmetic done again (rule V3). */
final class Chain {

    private final Map<TransactionId, TransitItem> transit = new LinkedHashMap<>();
    private byte[] hash;
    private Registers registers;
    private long sequence;
    private int keyVersion;

    Chain(byte[] genesis) {
        hash = genesis;
    }

    /** A second one that goes on from where the first stands. */
    Chain(Chain other) {
        hash = other.hash;
        registers = other.registers;
        sequence = other.sequence;
        keyVersion = other.keyVersion;
        transit.putAll(other.transit);
    }

    /** From a segment's checkpoint on. */
    Chain(byte[] genesis, SegmentHeader header) {
        hash = genesis;
        sequence = header.first() - 1;
        if (header.front().isPresent()) {
            StoredRecord front = header.front().get();
            hash = front.hash();
            registers = front.after();
            keyVersion = front.keyVersion();
        }
        for (TransitItem item : header.transit()) {
            transit.put(item.transaction(), item);
        }
    }

    /** A segment's checkpoint is the state that its records begin with. */
    void checkpoint(SegmentHeader header) throws BrokenRecordException {
        if (sequence + 1 != header.first()) {
            return; // in the midst of it
        }
        boolean same = header.front().isPresent() ? Arrays.equals(header.front().get().hash(), hash) : sequence == 0;
        if (!same || !header.transit().equals(transit())) {
            throw new BrokenRecordException("checkpoint of segment " + header.number());
        }
    }

    void next(StoredRecord stored) throws BrokenRecordException {
        if (stored.sequence() != sequence + 1 || !stored.follows(hash)) {
            throw new BrokenRecordException("record " + (sequence + 1) + ": chain");
        }
        if (stored.keyVersion() < keyVersion) {
            throw new BrokenRecordException("record " + (sequence + 1) + ": key version went back");
        }
        again(stored);
        keyVersion = stored.keyVersion();
        if (stored.related().isPresent()) {
            transit.remove(stored.related().get());
        }
        if (stored.kind().equals(StoredRecord.TRANSFER_OUT)) {
            transit.put(stored.transaction(), stored.transitItem());
        }
        registers = stored.after();
        hash = stored.hash();
        sequence++;
    }

    private void again(StoredRecord stored) throws BrokenRecordException {
        Registers before =
                registers == null ? RegisterState.initial(stored.after().currency()) : registers;
        try {
            Change change = stored.keyRolled()
                    ? RegisterState.keyRolled(before, stored.keyVersion())
                    : RegisterState.apply(
                            before,
                            stored.operation(),
                            id -> Optional.ofNullable(transit.get(id)),
                            stored.time());
            if (!change.after().equals(stored.after())
                    || change.amount() != stored.amount()
                    || change.fee() != stored.fee()
                    || !change.reference().equals(stored.reference())) {
                throw new BrokenRecordException("record " + stored.sequence() + ": arithmetic");
            }
        } catch (RefusedException e) {
            throw new BrokenRecordException("record " + stored.sequence() + ": " + e.getMessage(), e);
        }
    }

    void endsAt(long last) throws BrokenRecordException {
        if (sequence != last) {
            throw new BrokenRecordException("record " + (sequence + 1) + ": missing");
        }
    }

    Optional<Registers> registers() {
        return Optional.ofNullable(registers);
    }

    List<TransitItem> transit() {
        return List.copyOf(transit.values());
    }

    byte[] hash() {
        return hash;
    }

    long sequence() {
        return sequence;
    }
}
