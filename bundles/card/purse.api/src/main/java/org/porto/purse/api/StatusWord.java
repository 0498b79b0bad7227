// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import java.util.Arrays;

/** Every status word of the purse (docs/card.md), with a text for people. */
public enum StatusWord {
    OK(0x9000, "done"),
    PIN_WRONG(0x63C0, "the PIN is wrong"),
    LENGTH_WRONG(0x6700, "the command has another length than it must have"),
    SECURITY(0x6982, "the PIN is needed first, or a proof, MAC or signature is wrong"),
    BLOCKED(0x6983, "the PIN or the recognition is blocked; only the data centre can unblock it"),
    CONDITIONS(0x6985, "not in this state of the card, kind of session or order of commands"),
    MESSAGE_WRONG(0x6988, "a secured message was wrong; the session is over"),
    NOT_SELECTED(0x6999, "no purse is selected"),
    DATA_WRONG(0x6A80, "the data of the command are wrong"),
    APPLET_ABSENT(0x6A82, "the card has no such application"),
    RECORD_ABSENT(0x6A83, "the card has no such record"),
    FULL(0x6A84, "the balance would exceed its maximum"),
    P1P2_WRONG(0x6A86, "P1 or P2 of the command is wrong"),
    REFERENCE_ABSENT(0x6A88, "the card does not have a key of that version"),
    INS_WRONG(0x6D00, "the card does not know the command"),
    CLA_WRONG(0x6E00, "the card does not know the class of the command"),
    FAULT(0x6F00, "the card has failed in itself"),
    FUNDS(0x9401, "the balance is too small"),
    AMOUNT(0x9402, "the amount exceeds a limit of the card or of its pairing"),
    COUNTER_END(0x9403, "a counter or register of the card is at its end"),
    CURRENCY(0x9404, "the card has another currency"),
    CARD_BLOCKED(0x9405, "the card is invalidated or terminated"),
    RECORD_UNKNOWN(0x9406, "the card's log does not reach back far enough"),
    CARD_WRONG(0x9407, "the order names another card"),
    KEY_ABSENT(0x9408, "the order names a key that was not shown to the card");

    private static final int TRIES_MASK = 0x0F;

    private final int word;
    private final String text;

    StatusWord(int word, String text) {
        this.word = word;
        this.text = text;
    }

    /** The status word; for {@link #PIN_WRONG} that with no tries left, whose last digit counts the tries. */
    public int word() {
        return word;
    }

    public String text() {
        return text;
    }

    public boolean is(int status) {
        return word == (this == PIN_WRONG ? status & ~TRIES_MASK : status);
    }

    private static String tries(int left) {
        return left == 1 ? "1 try" : left + " tries";
    }

    /** What a status word says, for people: its text, or that it is none of the purse's, and the word itself. */
    public static String say(int status) {
        String said = Arrays.stream(values())
                .filter(s -> s.is(status))
                .findFirst()
                .map(s -> s == PIN_WRONG ? s.text + ", " + tries(status & TRIES_MASK) + " left" : s.text)
                .orElse("a status word that no purse has");
        return String.format("%s (card says %04X)", said, status & 0xFFFF);
    }
}
