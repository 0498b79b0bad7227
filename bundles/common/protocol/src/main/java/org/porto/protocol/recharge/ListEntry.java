// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.recharge;

/**
 * One waiting envelope as a station sees it (rule R1): a tag to find it by, and nothing readable.
 *
 * @param entryId first 16 bytes of SHA-256 over the envelope
 * @param routingTag first 8 bytes of SHA-256 over "PORTO-ROUTE" and the card's public point
 * @param order rising per card: offer lower ones first; a hint, any order works (R2)
 * @param notAfterDay last day on which a station offers it
 * @param envelope {@link org.porto.protocol.card.CardOrderEnvelope}
 */
public record ListEntry(byte[] entryId, byte[] routingTag, long order, int notAfterDay, byte[] envelope) {

    public ListEntry {
        entryId = entryId.clone();
        routingTag = routingTag.clone();
        envelope = envelope.clone();
        if (entryId.length != 16 || routingTag.length != 8 || envelope.length > 255 || order < 0 || order > 0xFFFFFFFFL
                || notAfterDay < 0 || notAfterDay > 0xFFFF) {
            throw new IllegalArgumentException("field out of range in a list entry");
        }
    }

    @Override
    public byte[] entryId() {
        return entryId.clone();
    }

    @Override
    public byte[] routingTag() {
        return routingTag.clone();
    }

    @Override
    public byte[] envelope() {
        return envelope.clone();
    }
}
