// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.api;

/**
 * Σ meters + Σ cards + in transit as last reported, beside what the ledger owes for them; mils.
 *
 * @param metersReported sum of the descending registers last reported
 * @param transitReported sum of the in-transit registers last reported
 */
public record FloatReport(
        long metersLedger, long metersReported, long transitLedger, long transitReported, long cardsLedger, boolean holds) {}
