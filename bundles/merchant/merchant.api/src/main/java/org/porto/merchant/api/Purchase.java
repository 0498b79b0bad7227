// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.api;

import java.time.Instant;
import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;

/** @param state {@code open} (the card may have paid), {@code paid}, {@code not-paid} or {@code submitted} */
public record Purchase(TransactionId transaction, long number, CardId card, long amountMils, Instant time, String state) {}
