// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.api;

import java.time.Instant;
import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;

/**
 * @param number the point's own transaction number, in the card's receipt
 * @param state {@code open} (the card may have paid), {@code paid}, {@code not-paid}, {@code submitted} or {@code rejected} (by
 *     the host, on record there)
 */
public record Purchase(TransactionId transaction, long number, CardId card, long amountMils, Instant time, String state) {}
