// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.api;

import java.time.Instant;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.TransactionId;

/**
 * A transfer that its meter reported in doubt.
 *
 * @param cardTransaction number that the card would have given the load; 0 when the meter does not know it
 * @param since when the money left the meter's D, by the meter's clock
 * @param reported when it was first reported, by this clock
 * @param changed when it came to its state here
 * @param reason why it was ordered, else empty
 */
public record Doubt(
        DeviceId meter,
        TransactionId transaction,
        CardId card,
        long amountMils,
        long feeMils,
        long cardTransaction,
        Instant since,
        Instant reported,
        DoubtState state,
        DoubtEvidence evidence,
        Instant changed,
        String reason) {}
