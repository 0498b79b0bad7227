// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

/** As in Java Card. */
public class CardException extends Exception {

    private static final long serialVersionUID = 1L;

    private short reason;

    public CardException(short reason) {
        this.reason = reason;
    }

    public short getReason() {
        return reason;
    }

    public void setReason(short reason) {
        this.reason = reason;
    }

    @Override
    public String getMessage() {
        return String.format("reason %04X", reason);
    }

    public static void throwIt(short reason) throws CardException {
        throw new CardException(reason);
    }
}
