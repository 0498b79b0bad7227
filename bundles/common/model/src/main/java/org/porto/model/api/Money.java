// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Objects;

/**
 * A non-negative amount in mils, a thousandth of the currency's major unit (rule N1).
 *
 * <p>Arithmetic is exact; overflow, a negative result or two currencies in one sum is a {@link RefusedException}.
 *
 * @param mils amount in mils, 0 to {@link Long#MAX_VALUE}
 * @param currency ISO 4217 currency
 */
public record Money(long mils, Currency currency) implements Comparable<Money> {

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
     * Reads a decimal amount of major units such as {@code 0.593}.
     *
     * @throws RefusedException {@code MOD-001} when it is no decimal number, is negative, has more than three decimals
     *     that are not zero, or exceeds {@link Long#MAX_VALUE} mils
     */
    public static Money parse(String decimal, Currency currency) throws RefusedException {
        try {
            BigDecimal value = new BigDecimal(decimal.strip());
            if (value.precision() > 40 || Math.abs((long) value.scale()) > 40) {
                throw new RefusedException(ModelCode.AMOUNT_UNREADABLE, "'" + decimal.strip() + "' is out of range");
            }
            long mils = value.movePointRight(3).setScale(0, RoundingMode.UNNECESSARY).longValueExact();
            if (mils < 0) {
                throw new RefusedException(ModelCode.AMOUNT_UNREADABLE, "'" + decimal.strip() + "' is negative");
            }
            return new Money(mils, currency);
        } catch (NumberFormatException e) {
            throw new RefusedException(ModelCode.AMOUNT_UNREADABLE, "'" + decimal.strip() + "' is not a decimal amount");
        } catch (ArithmeticException e) {
            throw new RefusedException(
                    ModelCode.AMOUNT_UNREADABLE, "'" + decimal.strip() + "' has more than three decimals or is too large");
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
