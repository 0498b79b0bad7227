// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

/** As in Java Card. */
public class APDUException extends CardRuntimeException {

    private static final long serialVersionUID = 1L;

    public static final short ILLEGAL_USE = 1;
    public static final short BUFFER_BOUNDS = 2;
    public static final short BAD_LENGTH = 3;
    public static final short IO_ERROR = 4;
    public static final short NO_T0_GETRESPONSE = (short) 0xAA;
    public static final short T1_IFD_ABORT = (short) 0xAB;
    public static final short NO_T0_REISSUE = (short) 0xAC;

    public APDUException(short reason) {
        super(reason);
    }

    public static void throwIt(short reason) {
        throw new APDUException(reason);
    }
}
