// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Currency;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.TransactionId;
import org.porto.protocol.tms.SettlementOrder;
import org.porto.settlement.api.Doubt;
import org.porto.settlement.api.DoubtEvidence;
import org.porto.settlement.api.DoubtState;

/**
 * A doubt and its order, as the journal keeps it: always the whole new state.
 *
 * @param outcome 0 while nothing was ordered, else of {@link SettlementOrder}
 * @param ordered when; EPOCH while nothing was
 * @param proof first 16 bytes of the SHA-256 of the body of the receipt that proves, else empty
 */
record DoubtEntry(Doubt doubt, int outcome, Instant ordered, byte[] proof) {

    static final int KIND = 1;

    static DoubtEntry of(Doubt doubt) {
        return new DoubtEntry(doubt, 0, Instant.EPOCH, new byte[0]);
    }

    boolean done() {
        return outcome == SettlementOrder.DONE;
    }

    DoubtEntry to(DoubtState state, Instant now) {
        return new DoubtEntry(with(state, doubt.evidence(), now, doubt.reason()), outcome, ordered, proof);
    }

    DoubtEntry evidence(DoubtEvidence evidence, byte[] shown) {
        return new DoubtEntry(with(doubt.state(), evidence, doubt.changed(), doubt.reason()), outcome, ordered, shown);
    }

    DoubtEntry order(int outcome, String reason, Instant now) {
        DoubtState state = outcome == SettlementOrder.DONE ? DoubtState.ORDERED_DONE : DoubtState.ORDERED_UNDONE;
        return new DoubtEntry(with(state, doubt.evidence(), now, reason), outcome, now, proof);
    }

    private Doubt with(DoubtState state, DoubtEvidence evidence, Instant changed, String reason) {
        return new Doubt(
                doubt.meter(), doubt.transaction(), doubt.card(), doubt.amountMils(), doubt.feeMils(), doubt.cardTransaction(),
                doubt.since(), doubt.reported(), state, evidence, changed, reason);
    }

    SettlementOrder settlementOrder(Currency currency) {
        return new SettlementOrder(
                outcome,
                doubt.meter().value(),
                doubt.transaction().bytes(),
                doubt.card().bytes(),
                doubt.amountMils(),
                doubt.feeMils(),
                currency.getNumericCode(),
                ordered,
                Arrays.copyOf(proof, 32));
    }

    byte[] encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(KIND);
            out.write(doubt.meter().bytes());
            out.write(doubt.transaction().bytes());
            out.write(doubt.card().bytes());
            out.writeLong(doubt.amountMils());
            out.writeLong(doubt.feeMils());
            out.writeLong(doubt.cardTransaction());
            out.writeLong(doubt.since().toEpochMilli());
            out.writeLong(doubt.reported().toEpochMilli());
            out.writeUTF(doubt.state().name());
            out.writeUTF(doubt.evidence().name());
            out.writeLong(doubt.changed().toEpochMilli());
            out.writeUTF(doubt.reason());
            out.writeByte(outcome);
            out.writeLong(ordered.toEpochMilli());
            out.writeByte(proof.length);
            out.write(proof);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static DoubtEntry decode(DataInputStream in) throws IOException {
        Doubt doubt = new Doubt(
                DeviceId.of(in.readNBytes(DeviceId.BYTES)),
                TransactionId.of(in.readNBytes(TransactionId.BYTES)),
                CardId.of(in.readNBytes(CardId.BYTES)),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                Instant.ofEpochMilli(in.readLong()),
                Instant.ofEpochMilli(in.readLong()),
                DoubtState.valueOf(in.readUTF()),
                DoubtEvidence.valueOf(in.readUTF()),
                Instant.ofEpochMilli(in.readLong()),
                in.readUTF());
        return new DoubtEntry(
                doubt, in.readUnsignedByte(), Instant.ofEpochMilli(in.readLong()), in.readNBytes(in.readUnsignedByte()));
    }
}
