// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

import java.util.Currency;

/**
 * @param name for example {@code deposit:ACME}; 1 to 64 of {@code A-Za-z0-9:-}
 * @param postedMils balance on its own side, mils
 * @param pendingOutMils part of it that pending transfers have reserved
 */
public record Account(String name, AccountKind kind, Currency currency, long postedMils, long pendingOutMils) {

    /** What can still be taken. */
    public long availableMils() {
        return Math.subtractExact(postedMils, pendingOutMils);
    }
}
