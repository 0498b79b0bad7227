// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

import java.time.Instant;
import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;

/** One transfer. */
public record TransferInfo(
        TransactionId transaction, CardId card, long amountMils, long feeMils, TransferBlock block, Instant since) {}
