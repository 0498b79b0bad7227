// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.api;

import org.porto.model.api.TransactionId;

/** A refill that is in the registers. */
public record RefillResult(long refillNumber, TransactionId transaction, long amountMils, String hostReference) {}
