// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import java.util.Currency;
import org.porto.model.api.CardId;

/**
 * Everything on the card, read in a secure session; amounts in mils (rule P1).
 *
 * @param balance descending register Dc
 * @param spent ascending register Ac
 * @param loadedFromMeters Lc
 * @param burned Bc
 * @param pinTriesLeft 0 when blocked
 * @param recognitionTriesLeft 0 when blocked
 * @param cardTransaction transaction number of the last value change
 * @param orderSequence sequence of the last order obeyed
 */
public record PurseStatus(
        CardId card,
        PurseState state,
        Currency currency,
        long balance,
        long spent,
        long loadedFromMeters,
        long burned,
        long balanceMax,
        long transactionMax,
        int pinTriesLeft,
        int recognitionTriesLeft,
        long cardTransaction,
        long orderSequence) {

    /** Sc = Dc + Ac - Lc + Bc (rule P1). */
    public long controlSum() {
        // The difference first: two ascending registers may be large though the sum is not.
        return Math.addExact(Math.addExact(Math.subtractExact(spent, loadedFromMeters), balance), burned);
    }

    /** All that recharges ever brought: Sc without what burns added to it. */
    public long rechargedTotal() {
        return Math.subtractExact(controlSum(), burned);
    }
}
