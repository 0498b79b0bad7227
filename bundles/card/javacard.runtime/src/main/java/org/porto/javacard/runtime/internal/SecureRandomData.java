// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.security.SecureRandom;
import javacard.framework.Util;
import javacard.security.RandomData;

/** The JDK's secure generator. */
public final class SecureRandomData extends RandomData implements Engine {

    private final SecureRandom random = new SecureRandom();

    @Override
    public void forget() {}

    @Override
    public void generateData(byte[] buffer, short offset, short length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        Output.put(bytes, buffer, offset);
    }

    @Override
    public void setSeed(byte[] buffer, short offset, short length) {
        byte[] seed = new byte[length];
        Util.arrayCopyNonAtomic(buffer, offset, seed, (short) 0, length);
        random.setSeed(seed);
    }
}
