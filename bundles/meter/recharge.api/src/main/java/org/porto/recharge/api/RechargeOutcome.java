// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.api;

import java.time.Instant;

/**
 * What a card said to one entry.
 *
 * @param result {@code applied}, {@code used}, {@code future}, {@code stale}, {@code overflow}, {@code blocked},
 *     {@code wrong-currency}, {@code unreadable}, {@code expired} or {@code purged} (by hand) (rule R8)
 * @param removed whether the entry left the queue for it
 * @param balanceMils balance that the card told, -1 when it told none
 */
public record RechargeOutcome(Instant time, String entryId, String card, String result, boolean removed, long balanceMils) {}
