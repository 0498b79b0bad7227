// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.host.internal;

import java.util.Currency;
import org.porto.model.api.RefusedException;

/** What the host grants to meters; mils. */
record Limits(
        Currency currency, int inspectionDays, long itemMilsMin, long itemMilsMax, long balanceMilsMax, long refillMilsMax) {

    Limits checked() throws RefusedException {
        if (inspectionDays < 1
                || inspectionDays > 3650
                || itemMilsMin < 0
                || itemMilsMax < Math.max(1, itemMilsMin)
                || balanceMilsMax < itemMilsMax
                || refillMilsMax < 1
                || refillMilsMax > balanceMilsMax) {
            throw new RefusedException(TmsHostCode.FIELD_WRONG, "configuration: " + this);
        }
        return this;
    }
}
