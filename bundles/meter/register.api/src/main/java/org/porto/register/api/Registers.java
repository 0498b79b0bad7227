// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

import java.time.Instant;
import java.util.Currency;

/**
 * All registers at one sequence number, mils (rule V1). {@code ascending + descending + transferOut + inTransit + withdrawn +
 * fees = refilled + cardTakings} always (rule V2).
 *
 * @param lockReason empty unless LOCKED
 * @param inspectionDeadline {@link Instant#EPOCH} before the first contact
 */
public record Registers(
        Currency currency,
        long ascending,
        long descending,
        long transferOut,
        long inTransit,
        long refilled,
        long cardTakings,
        long withdrawn,
        long fees,
        long pieceCount,
        long zeroPieceCount,
        long refillCount,
        long sequence,
        RegisterLimits limits,
        MeterState state,
        String lockReason,
        Instant inspectionDeadline) {

    /** Rule V2, exactly; false also on overflow. */
    public boolean balanced() {
        try {
            long uses = Math.addExact(
                    Math.addExact(Math.addExact(ascending, descending), Math.addExact(transferOut, inTransit)),
                    Math.addExact(withdrawn, fees));
            return uses == Math.addExact(refilled, cardTakings);
        } catch (ArithmeticException e) {
            return false;
        }
    }
}
