// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;

/** Thread-safe; one piece at a time. */
@ProviderType
public interface FrankingService {

    /**
     * Debits, signs, prints. Repeating it with the same id and contents after a printed piece brings the same answer and prints
     * nothing; after a crash between debit and print the debit is recorded as a spoil and repeating it is refused with
     * {@code FRK-002}.
     *
     * @throws RefusedException nothing was debited; or {@code FRK-002}: debited, on record as a spoil
     * @throws UncertainException {@code FRK-003}: the card may have paid; {@code FRK-007}: debited, but the record of it failed; or
     *     the vault's own. Repeating it under the same id resolves it
     */
    FrankedPiece frank(FrankRequest request) throws RefusedException, UncertainException;

    /** Oldest first. */
    List<Spoil> spoils() throws RefusedException;

    /** Signed card receipts of card-paid pieces that the host has not acknowledged (for uploading). */
    List<byte[]> unacknowledgedReceipts() throws RefusedException;

    /** @param digests hex SHA-256 of receipts that the host holds. Durable on return. */
    void acknowledgeReceipts(java.util.Collection<String> digests) throws RefusedException;
}
