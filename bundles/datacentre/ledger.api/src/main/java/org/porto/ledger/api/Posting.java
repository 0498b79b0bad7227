// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

import org.porto.model.api.Money;
import org.porto.model.api.TransactionId;

/**
 * A transfer to book: debit one account, credit another.
 *
 * @param id client-made; the same id with the same contents is answered, not booked again (L2)
 * @param kind for people and reports: {@code deposit}, {@code refill}, {@code recharge} …
 * @param reference at most 128 characters
 */
public record Posting(TransactionId id, String debit, String credit, Money amount, String kind, String reference) {}
