// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.api;

import java.time.Instant;
import org.porto.model.api.TransactionId;

/** A debit without a certain print (rule F1). */
public record Spoil(TransactionId transaction, long pieceCount, long valueMils, Instant time, String reason) {}
