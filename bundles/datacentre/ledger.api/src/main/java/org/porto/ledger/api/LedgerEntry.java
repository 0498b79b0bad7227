// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

import java.time.Instant;
import org.porto.model.api.TransactionId;

/**
 * One line of the journal.
 *
 * @param amountMils of a reservation that was posted in part, that part
 * @param state {@code posted}, {@code pending}, {@code voided}, {@code expired}; a pending one that was posted reads {@code posted}
 */
public record LedgerEntry(
        long number,
        TransactionId id,
        Instant time,
        String debit,
        String credit,
        long amountMils,
        String currency,
        String kind,
        String reference,
        String state) {}
