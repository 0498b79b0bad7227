// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

/** As in Java Card, and like there without a trace of where it came from: status words are thrown by the thousand. */
public class CardRuntimeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private short reason;

    public CardRuntimeException(short reason) {
        super(null, null, false, false);
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

    public static void throwIt(short reason) {
        throw new CardRuntimeException(reason);
    }
}
