// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import org.porto.model.api.Money;
import org.porto.model.api.TransactionId;

/**
 * A debit by the peer of a certified session.
 *
 * @param peerTransaction the peer's own number, rising, 1 to 2^32-2; stored durably before the order is given
 * @param day {@link org.porto.protocol.card.CardDays}
 */
public record DebitOrder(TransactionId transaction, Money amount, long peerTransaction, int day) {}
