// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.math.BigDecimal;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.transfer.api.TransferCode;

/**
 * What one transfer may move, and all of a day (W block 118).
 *
 * @param cardDayMilsMax most to one card on one day
 * @param dayMilsMax most to all cards on one day
 */
record Limits(long feeMils, long transferMilsMax, long cardDayMilsMax, long dayMilsMax) {

    /** Major units, as people write them. */
    static String words(long mils) {
        return BigDecimal.valueOf(mils, 3).toPlainString();
    }

    void transfer(long mils, long pairingMax) throws RefusedException {
        long most = Math.min(transferMilsMax, pairingMax);
        if (mils > most) {
            throw new RefusedException(TransferCode.LIMIT, words(mils) + ", most is " + words(most));
        }
    }

    void day(long mils, CardId card, DayTotals.Day day) throws RefusedException {
        if (mils > cardDayMilsMax - day.mils(card)) {
            throw new RefusedException(TransferCode.DAY_LIMIT,
                    words(mils) + ", card " + card + " got " + words(day.mils(card)) + " of " + words(cardDayMilsMax) + " on this day");
        }
        if (mils > dayMilsMax - day.mils()) {
            throw new RefusedException(TransferCode.DAY_LIMIT,
                    words(mils) + ", " + words(day.mils()) + " of " + words(dayMilsMax) + " were moved to cards on this day");
        }
    }
}
