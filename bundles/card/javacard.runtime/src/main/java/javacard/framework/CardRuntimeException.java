// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

/** As in Java Card. */
public class CardRuntimeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private short reason;

    public CardRuntimeException(short reason) {
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
