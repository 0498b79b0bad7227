// SPDX-License-Identifier: Apache-2.0
package javacard.security;

/** As in Java Card. */
public interface AESKey extends SecretKey {

    void setKey(byte[] keyData, short kOff)
            throws CryptoException, NullPointerException, ArrayIndexOutOfBoundsException;

    byte getKey(byte[] keyData, short kOff);
}
