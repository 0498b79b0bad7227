// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;

/** The chart of accounts (rule L1): the one place where account names are made. */
public final class AccountNames {

    /** Money at bank B (asset). */
    public static final String BANK_DEPOSITS = "bank:deposits";
    /** Owed to the postal authority: franked value (liability). */
    public static final String POSTAL_AUTHORITY = "postal:authority";
    /** Transfers between meter and card not resolved yet (liability). */
    public static final String IN_TRANSIT = "float:transit";
    /** Every meter's float begins with it. */
    public static final String METER_FLOATS = "float:meter:";
    /** Every card's float begins with it. */
    public static final String CARD_FLOATS = "float:card:";
    /** Transfer fees earned (income). */
    public static final String FEES = "income:fees";
    /** Surcharges earned (income). */
    public static final String SURCHARGES = "income:surcharges";
    /** Amounts that nobody could assign yet (liability). */
    public static final String SUSPENSE = "suspense";
    /** Paid out to bank A, in flight until the bank reports it (liability). */
    public static final String PAYOUTS = "bank:payouts";

    private AccountNames() {}

    /** A customer's money on deposit (liability). */
    public static String deposit(CustomerId customer) {
        return "deposit:" + customer;
    }

    /** Postage value inside a meter (liability). */
    public static String meterFloat(DeviceId meter) {
        return METER_FLOATS + meter;
    }

    /** Value on a card: its shadow balance (liability). */
    public static String cardFloat(CardId card) {
        return CARD_FLOATS + card;
    }

    /** Owed to a merchant (liability). */
    public static String merchant(DeviceId merchant) {
        return "merchant:" + merchant;
    }
}
