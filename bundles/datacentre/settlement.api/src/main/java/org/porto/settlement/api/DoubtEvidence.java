// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.api;

/** What signed receipts of the card prove about a load that it may have got. */
public enum DoubtEvidence {
    /** Nothing since. */
    NONE,
    /** The card has used later numbers, so it got past the load's: it was probably applied, which nothing proves. */
    PASSED,
    /** The card gave the load's number to something else: it never had it and never will (rules P3, T6). */
    NOT_ON_CARD
}
