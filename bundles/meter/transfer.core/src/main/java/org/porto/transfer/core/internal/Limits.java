// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

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

    void transfer(long mils, long pairingMax) throws RefusedException {
        long most = Math.min(transferMilsMax, pairingMax);
        if (mils > most) {
            throw new RefusedException(TransferCode.LIMIT, mils + " mils, most is " + most);
        }
    }

    void day(long mils, CardId card, DayTotals.Day day) throws RefusedException {
        if (mils > cardDayMilsMax - day.mils(card)) {
            throw new RefusedException(TransferCode.DAY_LIMIT,
                    mils + " mils, card " + card + " got " + day.mils(card) + " of " + cardDayMilsMax + " today");
        }
        if (mils > dayMilsMax - day.mils()) {
            throw new RefusedException(TransferCode.DAY_LIMIT,
                    mils + " mils, " + day.mils() + " of " + dayMilsMax + " were moved to cards today");
        }
    }
}
