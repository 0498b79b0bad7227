// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.purse.api.PurseSession;

/** Thread-safe; one transfer a reader at a time. */
@ProviderType
public interface TransferService {

    /**
     * Moves value onto the inserted card. The same id and contents bring the same answer.
     *
     * @param pin the caller zeroes it
     * @throws RefusedException nothing moved
     * @throws UncertainException {@code TRF-004}: the amount is in T until the card comes again
     */
    TransferInfo transfer(TransferRequest request, char[] pin, TransferProgress progress)
            throws RefusedException, UncertainException;

    /**
     * Meets the card in the reader: recognises it, hands over a waiting pairing, resolves what is in doubt with it (rule T7).
     *
     * @return the session, paired where a pairing is in force, else certified; the caller closes it before the claim
     */
    PurseSession meet(org.porto.card.api.CardChannel channel) throws RefusedException, UncertainException;

    /** Newest first. @param max 1 to 10000 */
    List<TransferInfo> list(int max) throws RefusedException;

    /** One, also while it runs; refused and forgotten ones are not found. */
    Optional<TransferInfo> find(TransactionId transaction) throws RefusedException;

    /**
     * Its transitions, oldest first: those that this process has seen (of the last 1000 transfers), else the present state only.
     *
     * @throws RefusedException {@code TRF-005}
     */
    List<TransferEvent> history(TransactionId transaction) throws RefusedException;

    /** In doubt, oldest first; running ones are not among them. */
    List<TransferInfo> inDoubt() throws RefusedException;

    /** Ended by an order of the data centre, oldest first, whatever their cards said since. */
    List<TransferInfo> settled() throws RefusedException;

    /**
     * Ends a transfer in doubt as the data centre orders (rule T7). Durable on return; repeating it brings the same answer. What the
     * card says when it does come back is still heard: see {@link TransferBlock#NOT_ON_CARD} and
     * {@link TransferBlock#CONTRADICTED}; the registers do not move a second time.
     *
     * @param order {@code org.porto.protocol.tms.SettlementOrder} with its signature
     * @throws RefusedException nothing changed: {@code TRF-003} it is running now; {@code TRF-005}; {@code TRF-009}; {@code TRF-010} the
     *     card or an earlier order ended it the other way; {@code TMS-003} without the data centre's key
     * @throws UncertainException {@code TRF-004} it is on record; the registers follow at the next use
     */
    TransferInfo settle(byte[] order) throws RefusedException, UncertainException;

    /** Puts the pairings of a session with the host in force; those not named end when nothing is in doubt with them. */
    void pairings(Collection<PairingOrder> orders) throws RefusedException;

    /** Cards paired with this meter. */
    List<CardId> pairedCards() throws RefusedException;
}
