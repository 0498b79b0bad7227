// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.api;

import java.time.Instant;

/**
 * @param entryId 32 hex digits
 * @param routingTag 16 hex digits
 * @param notAfterDay {@code org.porto.protocol.card.CardDays}
 */
public record QueueEntry(String entryId, String routingTag, long order, int notAfterDay, Instant since) {}
