// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.util.Arrays;
import javacard.security.CryptoException;
import javacard.security.ECPublicKey;
import javacard.security.KeyBuilder;

/** Public key of P-256, uncompressed point. */
public final class EcPublic extends EcKeyBase implements ECPublicKey {

    private static final int BYTES = 65;

    public EcPublic() {
        super(BYTES);
    }

    @Override
    public void setW(byte[] buffer, short offset, short length) {
        byte[] point = Arrays.copyOfRange(buffer, offset, offset + length);
        if (offset + length > buffer.length) {
            throw new ArrayIndexOutOfBoundsException();
        }
        if (length != BYTES) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
        Jca.decode(point);
        Card.write(memory(), () -> putValue(point));
    }

    @Override
    public short getW(byte[] buffer, short offset) {
        System.arraycopy(value(), 0, buffer, offset, BYTES);
        return BYTES;
    }

    @Override
    public byte getType() {
        return KeyBuilder.TYPE_EC_FP_PUBLIC;
    }
}
