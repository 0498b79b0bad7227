// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

import java.time.Instant;
import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;

/**
 * One transfer.
 *
 * @param block where it stands
 * @param since when it began
 * @param reached the last block of figure 8 that is on record; for one in doubt: where it stopped
 * @param changed when it came to where it stands
 * @param cardTransaction number that the card gives the load; 0 when unknown
 * @param settled whether an order of the data centre ended it, whatever the card said since
 */
public record TransferInfo(
        TransactionId transaction,
        CardId card,
        long amountMils,
        long feeMils,
        TransferBlock block,
        Instant since,
        TransferBlock reached,
        Instant changed,
        long cardTransaction,
        boolean settled) {}
