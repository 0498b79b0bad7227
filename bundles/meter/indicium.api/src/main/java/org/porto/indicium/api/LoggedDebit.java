// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.api;

import java.time.Instant;
import org.porto.model.api.TransactionId;

/**
 * The debit behind an indicium, as an exported register log has it.
 *
 * @param sequence record number
 * @param kind {@code frank} or {@code frank-by-card}
 * @param logRecords records in the log, all of them followed
 */
public record LoggedDebit(long sequence, TransactionId transaction, String kind, Instant time, long logRecords) {}
