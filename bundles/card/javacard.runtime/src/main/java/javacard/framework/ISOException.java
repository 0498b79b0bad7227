// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

/** As in Java Card. */
public class ISOException extends CardRuntimeException {

    private static final long serialVersionUID = 1L;


    public ISOException(short reason) {
        super(reason);
    }

    public static void throwIt(short reason) {
        throw new ISOException(reason);
    }
}
