// SPDX-License-Identifier: Apache-2.0
package javacard.security;

import org.porto.javacard.runtime.internal.SecureRandomData;

/** As in Java Card: the secure generator. */
public abstract class RandomData {

    public static final byte ALG_PSEUDO_RANDOM = 1;
    public static final byte ALG_SECURE_RANDOM = 2;

    protected RandomData() {}

    public static final RandomData getInstance(byte algorithm) throws CryptoException {
        if (algorithm != ALG_SECURE_RANDOM) {
            CryptoException.throwIt(CryptoException.NO_SUCH_ALGORITHM);
        }
        return new SecureRandomData();
    }

    public abstract void generateData(byte[] buffer, short offset, short length) throws CryptoException;

    public abstract void setSeed(byte[] buffer, short offset, short length);
}
