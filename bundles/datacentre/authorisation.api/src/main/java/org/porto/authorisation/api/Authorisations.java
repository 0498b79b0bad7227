// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.CardId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Thread-safe; everything durable on return. */
@ProviderType
public interface Authorisations {

    /** Reserves the amount on the card holder's deposit, signs, seals and lists it. The same id and contents bring the same one. */
    AuthorisationInfo request(TransactionId id, CardId card, Money amount) throws RefusedException;

    Optional<AuthorisationInfo> find(TransactionId id) throws RefusedException;

    /** Newest first. @param max 1 to 10000 */
    List<AuthorisationInfo> list(int max) throws RefusedException;

    /**
     * Takes a card's signed receipt in: posts the pending transfer and buries the entry (rule R6). Repeatable.
     *
     * @param receipt {@code org.porto.protocol.card.ApplyReceipt} with signature
     * @throws RefusedException {@code AUT-006}
     */
    void receipt(byte[] receipt) throws RefusedException;

    /** Version of the newest list. */
    long listVersion() throws RefusedException;

    /** A signed list since a version: 0, or one unknown or too old, brings a snapshot. */
    byte[] list(long sinceVersion) throws RefusedException;

    /** Public key that signs lists, SubjectPublicKeyInfo. */
    byte[] listKey() throws RefusedException;
}
