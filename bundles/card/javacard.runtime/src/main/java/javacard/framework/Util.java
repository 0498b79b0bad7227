// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

import java.util.Arrays;
import java.util.Objects;
import org.porto.javacard.runtime.internal.Card;

/** As in Java Card. Every change of persistent memory goes through {@link Card}. */
public class Util {

    private Util() {}

    public static final short arrayCopy(byte[] src, short srcOff, byte[] dest, short destOff, short length)
            throws ArrayIndexOutOfBoundsException, NullPointerException, TransactionException {
        check(src, srcOff, length);
        check(dest, destOff, length);
        if (!Card.keeps(dest)) {
            System.arraycopy(src, srcOff, dest, destOff, length);
        } else if (length > 0) {
            Card.writeAtomic(dest, length, () -> System.arraycopy(src, srcOff, dest, destOff, length));
        }
        return (short) (destOff + length);
    }

    public static final short arrayCopyNonAtomic(byte[] src, short srcOff, byte[] dest, short destOff, short length)
            throws ArrayIndexOutOfBoundsException, NullPointerException {
        check(src, srcOff, length);
        check(dest, destOff, length);
        if (!Card.keeps(dest)) {
            System.arraycopy(src, srcOff, dest, destOff, length);
        } else if (length > 0) {
            Card.writeThrough(dest, destOff, length, () -> System.arraycopy(src, srcOff, dest, destOff, length));
        }
        return (short) (destOff + length);
    }

    public static final short arrayFillNonAtomic(byte[] bArray, short bOff, short bLen, byte bValue)
            throws ArrayIndexOutOfBoundsException, NullPointerException {
        check(bArray, bOff, bLen);
        if (!Card.keeps(bArray)) {
            Arrays.fill(bArray, bOff, bOff + bLen, bValue);
        } else if (bLen > 0) {
            Card.writeThrough(bArray, bOff, bLen, () -> Arrays.fill(bArray, bOff, bOff + bLen, bValue));
        }
        return (short) (bOff + bLen);
    }

    public static final byte arrayCompare(byte[] src, short srcOff, byte[] dest, short destOff, short length)
            throws ArrayIndexOutOfBoundsException, NullPointerException {
        check(src, srcOff, length);
        check(dest, destOff, length);
        int order = Arrays.compareUnsigned(src, srcOff, srcOff + length, dest, destOff, destOff + length);
        return (byte) Integer.signum(order);
    }

    public static final short makeShort(byte b1, byte b2) {
        return (short) (b1 << 8 | b2 & 0xFF);
    }

    public static final short getShort(byte[] bArray, short bOff)
            throws NullPointerException, ArrayIndexOutOfBoundsException {
        return makeShort(bArray[bOff], bArray[bOff + 1]);
    }

    public static final short setShort(byte[] bArray, short bOff, short sValue)
            throws TransactionException, NullPointerException, ArrayIndexOutOfBoundsException {
        check(bArray, bOff, (short) 2);
        if (Card.keeps(bArray)) {
            Card.write(bArray, bOff, 2, () -> put(bArray, bOff, sValue));
        } else {
            put(bArray, bOff, sValue);
        }
        return (short) (bOff + 2);
    }

    private static void put(byte[] array, short offset, short value) {
        array[offset] = (byte) (value >> 8);
        array[offset + 1] = (byte) value;
    }

    private static void check(byte[] array, short offset, short length) {
        Objects.requireNonNull(array);
        if (offset < 0 || length < 0 || offset + length > array.length) {
            throw new ArrayIndexOutOfBoundsException();
        }
    }
}
