// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import org.porto.model.api.TransactionId;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.Registers;

/** Registers in the making: a transition changes the few that it means and leaves the rest. */
final class Draft {

    /** Year 9999: what every format of a date can say. */
    static final long DEADLINE_SECONDS_MAX = 253402300799L;

    final Registers before;
    private final Currency currency;
    long ascending;
    long descending;
    long transferOut;
    long inTransit;
    long refilled;
    long cardTakings;
    long withdrawn;
    long fees;
    long pieceCount;
    long zeroPieceCount;
    long refillCount;
    RegisterLimits limits;
    MeterState state;
    String lockReason;
    Instant inspectionDeadline;

    Draft(Registers before) {
        this.before = before;
        currency = before.currency();
        ascending = before.ascending();
        descending = before.descending();
        transferOut = before.transferOut();
        inTransit = before.inTransit();
        refilled = before.refilled();
        cardTakings = before.cardTakings();
        withdrawn = before.withdrawn();
        fees = before.fees();
        pieceCount = before.pieceCount();
        zeroPieceCount = before.zeroPieceCount();
        refillCount = before.refillCount();
        limits = before.limits();
        state = before.state();
        lockReason = before.lockReason();
        inspectionDeadline = before.inspectionDeadline();
    }

    void piece(long amount) {
        pieceCount = Math.addExact(pieceCount, 1);
        if (amount == 0) {
            zeroPieceCount = Math.addExact(zeroPieceCount, 1);
        }
    }

    Change done(long amount, long fee, String reference) {
        return done(amount, fee, reference, Optional.empty());
    }

    Change done(long amount, long fee, String reference, Optional<TransactionId> related) {
        Registers after = new Registers(
                currency,
                ascending,
                descending,
                transferOut,
                inTransit,
                refilled,
                cardTakings,
                withdrawn,
                fees,
                pieceCount,
                zeroPieceCount,
                refillCount,
                Math.addExact(before.sequence(), 1),
                limits,
                state,
                lockReason,
                inspectionDeadline);
        return new Change(after, amount, fee, reference, related);
    }
}
