// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Currency;
import java.util.Map;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

public class MoneyTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final Currency CHF = Currency.getInstance("CHF");

    private static void assertRefused(String code, ThrowingRunnable act) {
        assertEquals(code, assertThrows(RefusedException.class, act).code());
    }

    @Test
    public void amountsAreRead() throws Exception {
        Map<String, Long> table = Map.ofEntries(
                Map.entry("0", 0L),
                Map.entry("0.000", 0L),
                Map.entry("-0", 0L),
                Map.entry("0.001", 1L),
                Map.entry("0.593", 593L),
                Map.entry(".5", 500L),
                Map.entry("5.", 5000L),
                Map.entry(" 12.34 ", 12_340L),
                Map.entry("+1", 1000L),
                Map.entry("1.2340000", 1234L),
                Map.entry("0007", 7000L),
                Map.entry("9223372036854775.807", Long.MAX_VALUE));
        for (Map.Entry<String, Long> line : table.entrySet()) {
            assertEquals(line.getKey(), line.getValue().longValue(), Money.parse(line.getKey(), USD).mils());
        }
    }

    @Test
    public void otherTextsAreRefused() {
        for (String bad : new String[] {
            "", " ", "x", "1,5", "1.2.3", "0x10", "1 000", "-1", "-0.001", "0.0001", "1.23456", "9223372036854775.808",
            "99999999999999999999", "1e3", "1e30", "\u0661", ".", "+", "1d", "1f", "--1", "1_000", "1e999999999", "1e-999999999", "1E2147483647", "1E-2147483648", "0e2147483647",
            "NaN", "Infinity", "1".repeat(100_000)
        }) {
            assertRefused("MOD-001", () -> Money.parse(bad, USD));
        }
    }

    @Test
    public void arithmeticIsExact() throws Exception {
        Money one = new Money(1, USD);
        Money most = new Money(Long.MAX_VALUE, USD);
        assertEquals(new Money(3, USD), one.plus(new Money(2, USD)));
        assertRefused("MOD-002", () -> most.plus(one));
        assertEquals(Money.zero(USD), most.minus(most));
        assertRefused("MOD-002", () -> one.minus(new Money(2, USD)));
        assertRefused("MOD-003", () -> one.plus(new Money(1, CHF)));
        assertRefused("MOD-003", () -> one.minus(new Money(1, CHF)));
        assertThrows(IllegalArgumentException.class, () -> one.compareTo(new Money(1, CHF)));
        assertThrows(IllegalArgumentException.class, () -> new Money(-1, USD));
        assertTrue(one.compareTo(most) < 0 && Money.zero(USD).isZero());
    }

    @Test
    public void whatIsPrintedIsReadBack() throws Exception {
        for (long mils : new long[] {0, 1, 10, 999, 1000, 12_345, Long.MAX_VALUE}) {
            Money money = new Money(mils, USD);
            assertEquals(money, Money.parse(money.toDecimal(), USD));
        }
        assertEquals("12.345 USD", new Money(12_345, USD).toString());
    }
}
