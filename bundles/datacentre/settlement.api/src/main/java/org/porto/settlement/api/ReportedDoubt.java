// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.api;

import java.time.Instant;
import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;

/**
 * As a meter reports it.
 *
 * @param state IN_DOUBT, SETTLED_DONE, SETTLED_UNDONE, AGREED, CONTRADICTED, or REFUND_DUE: settled as done, and the card that came back
 *     never had it
 */
public record ReportedDoubt(
        TransactionId transaction,
        CardId card,
        long amountMils,
        long feeMils,
        long cardTransaction,
        Instant since,
        DoubtState state) {}
