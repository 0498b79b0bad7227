// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

import java.util.Collection;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
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

    /** In doubt, oldest first. */
    List<TransferInfo> inDoubt() throws RefusedException;

    /** Puts the pairings of a session with the host in force; those not named end when nothing is in doubt with them. */
    void pairings(Collection<PairingOrder> orders) throws RefusedException;

    /** Cards paired with this meter. */
    List<CardId> pairedCards() throws RefusedException;
}
