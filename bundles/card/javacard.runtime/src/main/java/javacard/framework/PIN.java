// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

/** As in Java Card. */
public interface PIN {

    byte getTriesRemaining();

    boolean check(byte[] pin, short offset, byte length) throws ArrayIndexOutOfBoundsException, NullPointerException;

    boolean isValidated();

    void reset();
}
