// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.card;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/** Dates on the card: unsigned 16-bit count of days since 2000-01-01. */
public final class CardDays {

    private static final LocalDate ORIGIN = LocalDate.of(2000, 1, 1);

    private CardDays() {}

    /** @throws IllegalArgumentException before 2000-01-01 or after 2179-06-06 */
    public static int of(LocalDate date) {
        long days = ChronoUnit.DAYS.between(ORIGIN, date);
        if (days < 0 || days > 0xFFFF) {
            throw new IllegalArgumentException("date out of range: " + date);
        }
        return (int) days;
    }

    public static LocalDate date(int days) {
        return ORIGIN.plusDays(days);
    }
}
