// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.applet;

/** Unsigned big-endian arithmetic of 4 and 8 bytes; a Java Card of the classic edition has no int. */
final class Amounts {

    static final short LONG = (short) 8;

    private Amounts() {}

    /** out = a + b; the operands may overlap out exactly. Returns the carry, 0 or 1. */
    static short add(byte[] a, short aOff, byte[] b, short bOff, byte[] out, short outOff, short length) {
        short carry = (short) 0;
        for (short i = (short) (length - 1); i >= 0; i--) {
            carry = (short) ((short) ((short) (a[(short) (aOff + i)] & 0xFF) + (short) (b[(short) (bOff + i)] & 0xFF)) + carry);
            out[(short) (outOff + i)] = (byte) carry;
            carry = (short) ((short) (carry >> 8) & 1);
        }
        return carry;
    }

    /** out = a - b. Returns the borrow, 0 or 1. */
    static short subtract(byte[] a, short aOff, byte[] b, short bOff, byte[] out, short outOff, short length) {
        short borrow = (short) 0;
        for (short i = (short) (length - 1); i >= 0; i--) {
            short difference = (short)
                    ((short) ((short) (a[(short) (aOff + i)] & 0xFF) - (short) (b[(short) (bOff + i)] & 0xFF)) - borrow);
            out[(short) (outOff + i)] = (byte) difference;
            borrow = difference < 0 ? (short) 1 : (short) 0;
        }
        return borrow;
    }

    /** Negative, zero or positive, as a is below, equal to or above b. */
    static short compare(byte[] a, short aOff, byte[] b, short bOff, short length) {
        for (short i = (short) 0; i < length; i++) {
            short difference = (short) ((short) (a[(short) (aOff + i)] & 0xFF) - (short) (b[(short) (bOff + i)] & 0xFF));
            if (difference != 0) {
                return difference;
            }
        }
        return (short) 0;
    }

    static boolean isZero(byte[] a, short off, short length) {
        for (short i = (short) 0; i < length; i++) {
            if (a[(short) (off + i)] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Adds one to 4 bytes in transient memory. Returns the carry. */
    static short increment(byte[] a, short off) {
        for (short i = (short) (off + 3); i >= off; i--) {
            a[i] = (byte) (a[i] + 1);
            if (a[i] != 0) {
                return (short) 0;
            }
        }
        return (short) 1;
    }
}
