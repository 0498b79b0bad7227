// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A non-negative amount in mils, a thousandth of the currency's major unit (rule N1).
 *
 * <p>Arithmetic is exact; overflow, a negative result or two currencies in one sum is a {@link RefusedException}.
 *
 * @param mils amount in mils, 0 to {@link Long#MAX_VALUE}
 * @param currency ISO 4217 currency
 */
public record Money(long mils, Currency currency) implements Comparable<Money> {

    private static final int CHARS_MAX = 40;
    private static final Pattern FORM = Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)");

    public Money {
        Objects.requireNonNull(currency, "currency");
        if (mils < 0) {
            throw new IllegalArgumentException("negative amount: " + mils + " mils");
        }
    }

    public static Money ofMils(long mils, Currency currency) {
        return new Money(mils, currency);
    }

    public static Money zero(Currency currency) {
        return new Money(0, currency);
    }

    /**
     * Reads a decimal amount of major units such as {@code 0.593}: ASCII digits with at most one point, no exponent, at most
     * 40 characters.
     *
     * @throws RefusedException {@code MOD-001} when it is no decimal number, is negative, has more than three decimals
     *     that are not zero, or exceeds {@link Long#MAX_VALUE} mils
     */
    public static Money parse(String decimal, Currency currency) throws RefusedException {
        String plain = decimal.strip();
        if (plain.length() > CHARS_MAX) {
            throw new RefusedException(ModelCode.AMOUNT_UNREADABLE, plain.length() + " characters");
        }
        if (!FORM.matcher(plain).matches()) {
            throw new RefusedException(ModelCode.AMOUNT_UNREADABLE, "'" + plain + "' is not a decimal amount");
        }
        try {
            BigDecimal value = new BigDecimal(plain);
            long mils = value.movePointRight(3).setScale(0, RoundingMode.UNNECESSARY).longValueExact();
            if (mils < 0) {
                throw new RefusedException(ModelCode.AMOUNT_UNREADABLE, "'" + plain + "' is negative");
            }
            return new Money(mils, currency);
        } catch (ArithmeticException e) {
            throw new RefusedException(
                    ModelCode.AMOUNT_UNREADABLE, "'" + plain + "' has more than three decimals or is too large");
        }
    }

    /** @throws RefusedException {@code MOD-002} on overflow, {@code MOD-003} on another currency */
    public Money plus(Money other) throws RefusedException {
        sameCurrency(other);
        try {
            return new Money(Math.addExact(mils, other.mils), currency);
        } catch (ArithmeticException e) {
            throw new RefusedException(ModelCode.AMOUNT_OVERFLOW, this + " + " + other);
        }
    }

    /** @throws RefusedException {@code MOD-002} when the result would be negative, {@code MOD-003} on another currency */
    public Money minus(Money other) throws RefusedException {
        sameCurrency(other);
        if (other.mils > mils) {
            throw new RefusedException(ModelCode.AMOUNT_OVERFLOW, this + " - " + other + " is negative");
        }
        return new Money(mils - other.mils, currency);
    }

    public boolean isZero() {
        return mils == 0;
    }

    private void sameCurrency(Money other) throws RefusedException {
        if (!currency.equals(other.currency)) {
            throw new RefusedException(ModelCode.CURRENCY_MIXED, currency + " and " + other.currency);
        }
    }

    /** Orders by mils; amounts of two currencies have no order. */
    @Override
    public int compareTo(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("two currencies: " + currency + " and " + other.currency);
        }
        return Long.compare(mils, other.mils);
    }

    /** Major units with three decimals, without the currency: {@code 12.345}. */
    public String toDecimal() {
        return BigDecimal.valueOf(mils, 3).toPlainString();
    }

    @Override
    public String toString() {
        return toDecimal() + " " + currency.getCurrencyCode();
    }
}
