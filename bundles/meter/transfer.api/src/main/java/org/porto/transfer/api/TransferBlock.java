// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * States of a transfer, named after the blocks of W figure 8. Up to {@link #FUNDS_119} nothing has moved; from {@link #REGISTERS_120} on the
 * amount is in T; {@link #PERSONALITY_121} means that the card has it and both sides hold the next secret. {@link #after} is the
 * whole machine.
 */
public enum TransferBlock {
    /** The card is in the reader. */
    INSERTED_110(110, "card inserted"),
    /** Card and meter have recognised each other (112 is the branch for "yes"). */
    RECOGNISED_111(111, "card and meter recognised each other"),
    /** The holder's PIN was right (114 and 115 ask for it and try again). */
    PIN_113(113, "PIN accepted"),
    /** The amount is within the limits. */
    AMOUNT_118(118, "amount within its limits"),
    /** The registers cover amount and fee. */
    FUNDS_119(119, "funds are there"),
    /** Amount and fee have left D and are in T. */
    REGISTERS_120(120, "registers adjusted: amount in transit"),
    /** The card has the value; the next secret is the present one on both sides. */
    PERSONALITY_121(121, "card loaded, personality updated"),
    /** T went to X and F. */
    DONE(0, "done"),
    /** It moved nothing, or all came back to D. */
    UNDONE(0, "undone: the amount is back in the meter"),
    /** In T; the card's next answer, or the data centre, tells. */
    IN_DOUBT(0, "in doubt: insert the card to resolve"),
    /** Not recognised, or not paired; another attempt is allowed. Nothing moved. */
    UNRECOGNISED_112(112, "not recognised, nothing moved"),
    /** Wrong PIN; another attempt is allowed. Nothing moved. */
    PIN_WRONG_115(115, "PIN wrong, nothing moved"),
    /** Exception handler of the PIN: the card is blocked for it. Nothing moved. */
    PIN_BLOCKED_116(116, "PIN blocked, nothing moved"),
    /** Exception handler of recognition: this reader moves nothing for a while, or the card refuses itself. Nothing moved. */
    RECOGNITION_BLOCKED_117(117, "recognition blocked, nothing moved"),
    /** Refused at any other block: amount, funds, card or register. Nothing moved. */
    REFUSED(0, "refused, nothing moved"),
    /** Ended as done by order of the data centre; the card has not come back. */
    SETTLED_DONE(0, "settled as done by the data centre; card not seen since"),
    /** Ended as undone by order of the data centre; the card has not come back. */
    SETTLED_UNDONE(0, "settled as undone by the data centre; card not seen since"),
    /** Settled as done, and the card came back without the value: the data centre owes it. */
    NOT_ON_CARD(0, "settled as done, but the card never had it: the data centre refunds"),
    /** Settled as undone on a proof, and the card came back with the value: a case for people. */
    CONTRADICTED(0, "settled as undone, but the card has it: a case");

    private final int number;
    private final String text;

    TransferBlock(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** Number of the block in W figure 8; empty for the ends, which have none there. */
    public OptionalInt number() {
        return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** For people. */
    public String text() {
        return text;
    }

    /** Nothing follows any more. */
    public boolean end() {
        return switch (this) {
            case DONE, UNDONE, NOT_ON_CARD, CONTRADICTED -> true;
            default -> refused();
        };
    }

    /** Refused before anything moved. */
    public boolean refused() {
        return switch (this) {
            case UNRECOGNISED_112, PIN_WRONG_115, PIN_BLOCKED_116, RECOGNITION_BLOCKED_117, REFUSED -> true;
            default -> false;
        };
    }

    /** Whether this state may directly follow that one; empty: a transfer begins. */
    public boolean after(Optional<TransferBlock> before) {
        if (before.isEmpty()) {
            // IN_DOUBT: the journal was lost, the vault knows of the amount in T, nobody of the blocks before
            return this == INSERTED_110 || this == IN_DOUBT || this == REFUSED || this == RECOGNITION_BLOCKED_117;
        }
        return switch (before.get()) {
            case INSERTED_110 -> this == RECOGNISED_111
                    || this == UNRECOGNISED_112
                    || this == RECOGNITION_BLOCKED_117
                    || this == REFUSED;
            case RECOGNISED_111 -> this == PIN_113 || this == PIN_WRONG_115 || this == PIN_BLOCKED_116 || this == REFUSED;
            case PIN_113 -> this == AMOUNT_118 || this == REFUSED;
            case AMOUNT_118 -> this == FUNDS_119 || this == REFUSED;
            case FUNDS_119 -> this == REGISTERS_120 || this == REFUSED || this == UNDONE || this == IN_DOUBT;
            case REGISTERS_120 -> this == PERSONALITY_121 || this == UNDONE || this == IN_DOUBT;
            case PERSONALITY_121 -> this == DONE || this == IN_DOUBT;
            case IN_DOUBT -> this == DONE || this == UNDONE || this == SETTLED_DONE || this == SETTLED_UNDONE;
            case SETTLED_DONE -> this == DONE || this == NOT_ON_CARD;
            case SETTLED_UNDONE -> this == UNDONE || this == CONTRADICTED;
            default -> false;
        };
    }
}
