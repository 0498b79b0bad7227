// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

import java.util.Arrays;

/** As in Java Card. */
public class AID {

    private final byte[] bytes;

    public AID(byte[] bArray, short offset, byte length)
            throws SystemException, NullPointerException, ArrayIndexOutOfBoundsException, SecurityException {
        if (length < 5 || length > 16) {
            SystemException.throwIt(SystemException.ILLEGAL_VALUE);
        }
        this.bytes = new byte[length];
        System.arraycopy(bArray, offset, bytes, 0, length);
    }

    public final byte getBytes(byte[] dest, short offset) {
        Util.arrayCopy(bytes, (short) 0, dest, offset, (short) bytes.length);
        return (byte) bytes.length;
    }

    @Override
    public final boolean equals(Object anObject) {
        return anObject instanceof AID && Arrays.equals(bytes, ((AID) anObject).bytes);
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(bytes);
    }

    public final boolean equals(byte[] bArray, short offset, byte length) {
        return bArray != null
                && length == bytes.length
                && Arrays.equals(bArray, offset, offset + length, bytes, 0, bytes.length);
    }

    public final boolean partialEquals(byte[] bArray, short offset, byte length) {
        return bArray != null
                && length <= bytes.length
                && Arrays.equals(bArray, offset, offset + length, bytes, 0, length);
    }

    public final boolean RIDEquals(AID otherAID) {
        return otherAID != null && Arrays.equals(bytes, 0, 5, otherAID.bytes, 0, 5);
    }

    public final byte getPartialBytes(short aidOffset, byte[] dest, short oOffset, byte oLength) {
        byte length = oLength == 0 ? (byte) (bytes.length - aidOffset) : oLength;
        Util.arrayCopy(bytes, aidOffset, dest, oOffset, length);
        return length;
    }
}
