// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.math.BigInteger;
import java.util.Arrays;
import javacard.security.CryptoException;
import javacard.security.ECPrivateKey;
import javacard.security.KeyBuilder;

/** Private key of P-256. */
public final class EcPrivate extends EcKeyBase implements ECPrivateKey {

    private static final int BYTES = 32;

    public EcPrivate() {
        super(BYTES);
    }

    @Override
    public void setS(byte[] buffer, short offset, short length) {
        byte[] given = Arrays.copyOfRange(buffer, offset, offset + length);
        if (offset + length > buffer.length) {
            throw new ArrayIndexOutOfBoundsException();
        }
        BigInteger s = new BigInteger(1, given);
        Arrays.fill(given, (byte) 0);
        if (s.signum() == 0 || s.compareTo(Jca.P256.getOrder()) >= 0) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
        byte[] fresh = Jca.fixed(s);
        Card.write(memory(), () -> putValue(fresh));
    }

    @Override
    public short getS(byte[] buffer, short offset) {
        System.arraycopy(value(), 0, buffer, offset, BYTES);
        return BYTES;
    }

    @Override
    public byte getType() {
        return KeyBuilder.TYPE_EC_FP_PRIVATE;
    }
}
