// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.api;

/** What a meter and this data centre know of a transfer in doubt (rule T7). */
public enum DoubtState {
    /** In T of its meter; the card has not come back. */
    IN_DOUBT("in transit; the card has not come back"),
    /** Ordered to end as done; the meter has not obeyed yet. */
    ORDERED_DONE("ordered as done; the meter has not fetched it yet"),
    /** Ordered to end as undone; the meter has not obeyed yet. */
    ORDERED_UNDONE("ordered as undone; the meter has not fetched it yet"),
    /** The meter obeyed: T went to X; the card has not come back. */
    SETTLED_DONE("settled as done; the card has not come back"),
    /** The meter obeyed: T went back to D; the card has not come back. */
    SETTLED_UNDONE("settled as undone; the card has not come back"),
    /** Settled, and the card that came back agreed. */
    AGREED("settled, and the card agreed"),
    /** The card came back to its meter before any order was obeyed. */
    ENDED_BY_CARD("the card came back and told the meter itself"),
    /** Settled as done, the card never had it; its float is too small to give the amount back now. */
    REFUND_DUE("settled as done, the card never had it; refund is due"),
    /** Settled as done, the card never had it: the customer has amount and fee on deposit again. */
    REFUNDED("settled as done, the card never had it; refunded"),
    /** Settled as undone on a proof, and the meter says that the card has it. */
    CONTRADICTED("settled as undone, the card has it: a case");

    private final String text;

    DoubtState(String text) {
        this.text = text;
    }

    /** For people. */
    public String text() {
        return text;
    }

    /** Nothing is to be done or waited for. */
    public boolean end() {
        return this == AGREED || this == ENDED_BY_CARD || this == REFUNDED || this == CONTRADICTED;
    }
}
