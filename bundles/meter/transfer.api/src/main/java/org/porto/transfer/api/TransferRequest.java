// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

import org.porto.model.api.Money;
import org.porto.model.api.TransactionId;

/** @param reader empty for the best reader with a card */
public record TransferRequest(TransactionId transaction, String reader, Money amount) {}
