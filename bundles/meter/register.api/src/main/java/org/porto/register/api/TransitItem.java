// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

import java.time.Instant;
import org.porto.model.api.TransactionId;

/** A transfer-out that is neither done nor undone. */
public record TransitItem(TransactionId transaction, long amountMils, long feeMils, String card, Instant since) {}
