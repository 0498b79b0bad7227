// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.util.Arrays;
import javacard.security.CryptoException;
import javacard.security.ECKey;
import javacard.security.Key;

/** What both halves of a P-256 key pair share: domain parameters, of which only those of P-256 are taken. */
abstract class EcKeyBase implements ECKey, Key {

    private static final int FIELD = 1;
    private static final int A = 2;
    private static final int B = 4;
    private static final int G = 8;
    private static final int R = 16;

    private final byte[] value;
    /** First: value set; second: which domain parameters are set. */
    private final byte[] control = new byte[2];

    EcKeyBase(int bytes) {
        this.value = new byte[bytes];
    }

    /** Without a hook of its own, for two keys in one write. */
    final void put(byte[] fresh) {
        System.arraycopy(fresh, 0, value, 0, value.length);
        control[0] = 1;
        control[1] = FIELD | A | B | G | R;
    }

    final void putValue(byte[] fresh) {
        System.arraycopy(fresh, 0, value, 0, value.length);
        control[0] = 1;
    }

    final byte[] memory() {
        return value;
    }

    final byte[] value() {
        if (control[0] == 0) {
            CryptoException.throwIt(CryptoException.UNINITIALIZED_KEY);
        }
        return value;
    }

    @Override
    public final boolean isInitialized() {
        return control[0] != 0 && control[1] == (FIELD | A | B | G | R);
    }

    @Override
    public final void clearKey() {
        Card.write(value, () -> {
            Arrays.fill(value, (byte) 0);
            control[0] = 0;
        });
    }

    @Override
    public final short getSize() {
        return 256;
    }

    private void parameter(int bit, byte[] wanted, byte[] buffer, short offset, short length) {
        if (offset + length > buffer.length || !Domain.same(wanted, buffer, offset, length)) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
        if ((control[1] & bit) == 0) {
            Card.write(value, () -> control[1] |= (byte) bit);
        }
    }

    private short parameter(int bit, byte[] wanted, byte[] buffer, short offset) {
        if ((control[1] & bit) == 0) {
            CryptoException.throwIt(CryptoException.UNINITIALIZED_KEY);
        }
        System.arraycopy(wanted, 0, buffer, offset, wanted.length);
        return (short) wanted.length;
    }

    @Override
    public final void setFieldFP(byte[] buffer, short offset, short length) {
        parameter(FIELD, Domain.FIELD, buffer, offset, length);
    }

    @Override
    public final void setFieldF2M(short e) {
        CryptoException.throwIt(CryptoException.NO_SUCH_ALGORITHM);
    }

    @Override
    public final void setFieldF2M(short e1, short e2, short e3) {
        CryptoException.throwIt(CryptoException.NO_SUCH_ALGORITHM);
    }

    @Override
    public final void setA(byte[] buffer, short offset, short length) {
        parameter(A, Domain.A, buffer, offset, length);
    }

    @Override
    public final void setB(byte[] buffer, short offset, short length) {
        parameter(B, Domain.B, buffer, offset, length);
    }

    @Override
    public final void setG(byte[] buffer, short offset, short length) {
        parameter(G, Domain.G, buffer, offset, length);
    }

    @Override
    public final void setR(byte[] buffer, short offset, short length) {
        parameter(R, Domain.R, buffer, offset, length);
    }

    @Override
    public final void setK(short k) {
        if (k != Jca.P256.getCofactor()) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
    }

    @Override
    public final short getField(byte[] buffer, short offset) {
        return parameter(FIELD, Domain.FIELD, buffer, offset);
    }

    @Override
    public final short getA(byte[] buffer, short offset) {
        return parameter(A, Domain.A, buffer, offset);
    }

    @Override
    public final short getB(byte[] buffer, short offset) {
        return parameter(B, Domain.B, buffer, offset);
    }

    @Override
    public final short getG(byte[] buffer, short offset) {
        return parameter(G, Domain.G, buffer, offset);
    }

    @Override
    public final short getR(byte[] buffer, short offset) {
        return parameter(R, Domain.R, buffer, offset);
    }

    @Override
    public final short getK() {
        return (short) Jca.P256.getCofactor();
    }
}
