// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

/**
 * A transfer whose end only the card or the data centre can tell (rule T7), as its meter knows it now. Transfers that are running
 * are not among them.
 *
 * @param transaction 32 hex digits
 * @param card card id
 * @param cardTransaction number that the card would have given the load; 0 when the meter does not know it
 * @param sinceMillis when the money left D
 * @param state {@link #IN_DOUBT}, or what became of it after an order of the data centre
 */
public record DoubtReport(
        String transaction, String card, long amountMils, long feeMils, long cardTransaction, long sinceMillis, String state) {

    /** In T: neither the card nor the data centre has said anything. */
    public static final String IN_DOUBT = "IN_DOUBT";
    /** Ended as done by order; the card has not come back. */
    public static final String SETTLED_DONE = "SETTLED_DONE";
    /** Ended as undone by order; the card has not come back. */
    public static final String SETTLED_UNDONE = "SETTLED_UNDONE";
    /** Ended as done by order; the card came back and never had it. */
    public static final String NOT_ON_CARD = "NOT_ON_CARD";
    /** Ended as undone by order; the card came back and had it: somebody's proof was wrong. */
    public static final String CONTRADICTED = "CONTRADICTED";
    /** Ended by order, and the card that came back agreed. */
    public static final String AGREED = "AGREED";
}
