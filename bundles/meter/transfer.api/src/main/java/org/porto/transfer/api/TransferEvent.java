// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

import java.time.Instant;
import java.util.Optional;
import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;

/**
 * One transition of a transfer.
 *
 * @param card empty before the card is recognised
 * @param from empty at the beginning
 * @param code why it was refused, came back or is in doubt, else empty
 */
public record TransferEvent(
        TransactionId transaction,
        Optional<CardId> card,
        long amountMils,
        long feeMils,
        Optional<TransferBlock> from,
        TransferBlock to,
        Instant time,
        String code) {}
