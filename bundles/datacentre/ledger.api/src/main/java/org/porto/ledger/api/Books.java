// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;

/** Reports on the ledger, each from one snapshot. Reads only. Thread-safe. */
@ProviderType
public interface Books {

    /** Entries that touch an account, oldest first. @throws RefusedException {@code LED-001} */
    List<LedgerEntry> statement(StatementRange range) throws RefusedException;

    /** Every account with its balance on the side where it stands, by name; the sides of a currency are equal (L1). */
    List<TrialLine> trialBalance() throws RefusedException;

    /**
     * The float identity (L3), added up from the journal: what stands on cards, in meters and in transit is what the rest of the
     * books holds for it. One line a currency.
     *
     * @param fromNumber first entry of the batch, 1 for all
     * @param toNumber last entry of the batch, {@link Long#MAX_VALUE} for all
     */
    List<FloatLine> floatIdentity(long fromNumber, long toNumber) throws RefusedException;
}
