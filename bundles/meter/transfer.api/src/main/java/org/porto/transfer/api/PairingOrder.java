// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

import org.porto.crypto.api.SecretBytes;
import org.porto.model.api.CardId;

/**
 * A pairing as the data centre authorised it (rule T2).
 *
 * @param routingTag 8 bytes
 * @param firstSecret 16 bytes; used only while this meter does not know the card yet
 * @param cardEnvelope the card's half
 */
public record PairingOrder(
        CardId card, byte[] routingTag, SecretBytes firstSecret, long transferMilsMax, byte[] cardEnvelope) {}
