// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import org.porto.protocol.tms.DoubtReport;
import org.porto.protocol.tms.RecordReport;
import org.porto.protocol.tms.RegisterReport;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.Registers;
import org.porto.transfer.api.TransferInfo;

/** Registers and records as the host reads them. */
final class Reports {

    private Reports() {}

    static RegisterReport registers(Registers r) {
        return new RegisterReport(
                r.currency().getCurrencyCode(),
                r.ascending(),
                r.descending(),
                r.transferOut(),
                r.inTransit(),
                r.refilled(),
                r.cardTakings(),
                r.withdrawn(),
                r.fees(),
                r.pieceCount(),
                r.zeroPieceCount(),
                r.refillCount(),
                r.sequence(),
                r.state().name());
    }

    static DoubtReport doubt(TransferInfo t) {
        String state =
                switch (t.block()) {
                    case SETTLED_DONE -> DoubtReport.SETTLED_DONE;
                    case SETTLED_UNDONE -> DoubtReport.SETTLED_UNDONE;
                    case NOT_ON_CARD -> DoubtReport.NOT_ON_CARD;
                    case CONTRADICTED -> DoubtReport.CONTRADICTED;
                    case DONE, UNDONE -> DoubtReport.AGREED;
                    default -> DoubtReport.IN_DOUBT;
                };
        return new DoubtReport(
                t.transaction().value(),
                t.card().value(),
                t.amountMils(),
                t.feeMils(),
                t.cardTransaction(),
                t.since().toEpochMilli(),
                state);
    }

    static RecordReport record(RegisterRecord r) {
        return new RecordReport(
                r.sequence(),
                r.kind(),
                r.transaction().value(),
                r.amountMils(),
                r.feeMils(),
                r.reference(),
                r.time().toEpochMilli(),
                r.hash());
    }
}
