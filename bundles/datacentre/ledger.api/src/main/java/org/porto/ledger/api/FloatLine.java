// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

/**
 * Value in devices beside what covers it, of one currency, in mils; of a batch: what the batch changed, which may be negative.
 *
 * @param entries entries of the batch in this currency
 * @param coverMils assets less all other liabilities and income
 */
public record FloatLine(String currency, long entries, long cardsMils, long metersMils, long transitMils, long coverMils) {

    public long floatMils() {
        return Math.addExact(Math.addExact(cardsMils, metersMils), transitMils);
    }

    /** Rule L3. */
    public boolean holds() {
        return floatMils() == coverMils;
    }
}
