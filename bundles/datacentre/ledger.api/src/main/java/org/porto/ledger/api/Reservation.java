// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

import java.time.Instant;
import java.util.Optional;

/** A reservation that has not ended. @param expires empty when it waits for ever */
public record Reservation(LedgerEntry entry, Optional<Instant> expires) {}
