// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * Versions of the keys that cards hold, and their roll-over (rules N2, T2). A card moves when it obeys its order, at whatever station; what it
 * has is what it said in receipts. Old versions stay usable for the cards that have them. Thread-safe; everything durable on return.
 */
@ProviderType
public interface CardKeys {

    /**
     * Makes the next version of a key and an order for every card in service. Repeatable: to the current version, it only makes orders that
     * are missing.
     *
     * @param version the current one, or one more
     * @throws RefusedException {@code ISS-014}
     */
    void roll(CardKey key, int version) throws RefusedException;

    /** All versions of both keys, oldest first. */
    List<CardKeyVersion> versions() throws RefusedException;

    /** Orders that wait for their cards. */
    List<CardKeyOrder> orders() throws RefusedException;

    /** Changes whenever {@link #orders} may have. */
    long changes();

    /** Version of the order key that the card has, as far as is known: orders to it are signed with that. */
    int orderKeyVersion(CardId card) throws RefusedException;

    /**
     * What a card said to an order, its receipt verified by the caller.
     *
     * @param result of {@code org.porto.protocol.card.ApplyReceipt}
     * @return whether the card is now known to have another key than before
     */
    boolean receipt(CardId card, TransactionId order, int result) throws RefusedException;

    /** Number of the newest set of keys; rises with each roll-over. */
    long setNumber() throws RefusedException;

    /** The newest {@code org.porto.protocol.card.CardKeySet}, signed. */
    byte[] set() throws RefusedException;

    /** What an enrolled device shows to cards: a certificate by each version of the issuer's key in use, newest first. */
    List<byte[]> certificates(DeviceId device) throws RefusedException;
}
