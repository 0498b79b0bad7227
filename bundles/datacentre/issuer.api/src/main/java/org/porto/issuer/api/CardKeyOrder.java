// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.api;

import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;

/**
 * An order to one card to roll a key over, sealed; it waits at every station until the card's receipt came.
 *
 * @param version that the card gets
 * @param envelope see {@code org.porto.protocol.card.CardOrderEnvelope}
 */
public record CardKeyOrder(
        TransactionId id, CardId card, CardKey key, int version, byte[] routingTag, long sequence, int notAfterDay, byte[] envelope) {}
