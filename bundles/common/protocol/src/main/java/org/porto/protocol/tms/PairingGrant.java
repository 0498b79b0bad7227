// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

/**
 * A predetermined relation (rule T2), both halves.
 *
 * @param card card id
 * @param routingTag 8 bytes
 * @param secret 16 bytes, for the meter
 * @param transferMilsMax most per transfer, mils
 * @param cardEnvelope the card's half, to be offered to the card at the next meeting
 */
public record PairingGrant(String card, byte[] routingTag, byte[] secret, long transferMilsMax, byte[] cardEnvelope) {}
