// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * Two-phase transfers with a limit in time and with parts, beside {@link Ledger#reserve}. Thread-safe; committed and synced on
 * return. A reservation ends once: posted, voided or expired, and each end is an entry of the journal.
 */
@ProviderType
public interface Reservations {

    /**
     * Reserves until a moment, from which on it can no longer be posted. The money comes back with the act of {@link #expire} or
     * {@link Ledger#voidPending}, not by itself. Repeatable with the same contents.
     *
     * @param expires whole microseconds count; after now
     * @throws RefusedException {@code LED-*}; {@code LED-014} when the moment has passed already
     */
    LedgerEntry reserve(Posting posting, Instant expires) throws RefusedException;

    /**
     * Books a part of what is reserved and gives the rest back. Repeatable with the same amount.
     *
     * @param part more than zero, at most what is reserved
     * @return the entry with the amount that was booked
     * @throws RefusedException {@code LED-003} when it was posted with another amount, {@code LED-006}, {@code LED-007} when voided,
     *     {@code LED-008}, {@code LED-014} when its time is over
     */
    LedgerEntry postPart(TransactionId id, Money part) throws RefusedException;

    /**
     * Ends reservations whose time is over and gives their money back. The ledger does so by itself now and then.
     *
     * @param max 1 to 10000
     * @return those ended now, oldest limit first
     */
    List<LedgerEntry> expire(int max) throws RefusedException;

    /** The open ones, by number of their entry. @param after entry number to go on from, 0 for the first; @param max 1 to 10000 */
    List<Reservation> open(long after, int max) throws RefusedException;

    /** One that is open. */
    Optional<Reservation> reservation(TransactionId id) throws RefusedException;
}
