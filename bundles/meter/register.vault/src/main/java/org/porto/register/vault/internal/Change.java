// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.Optional;
import org.porto.model.api.TransactionId;
import org.porto.register.api.Registers;

/** What an operation makes of the registers, and what its record says of it. */
record Change(Registers after, long amount, long fee, String reference, Optional<TransactionId> related) {}
