// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.api;

import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;

/**
 * @param routingTag 8 bytes
 * @param point public key of the card, uncompressed point
 */
public record CardInfo(
        CardId card, CustomerId customer, String label, String currency, long balanceMilsMax, byte[] routingTag, byte[] point) {}
