// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.util.Arrays;
import javacard.framework.JCSystem;
import javacard.security.AESKey;
import javacard.security.CryptoException;

/** AES-128 key. */
public final class AesKey implements AESKey {

    private static final int BYTES = 16;

    private final byte type;
    private final byte[] value;
    private final byte[] control;

    public AesKey(byte type, byte event) {
        this.type = type;
        boolean persistent = event == JCSystem.NOT_A_TRANSIENT_OBJECT;
        this.value = persistent ? new byte[BYTES] : JCSystem.makeTransientByteArray((short) BYTES, event);
        this.control = persistent ? new byte[1] : JCSystem.makeTransientByteArray((short) 1, event);
    }

    byte[] value() {
        if (control[0] == 0) {
            CryptoException.throwIt(CryptoException.UNINITIALIZED_KEY);
        }
        return value;
    }

    @Override
    public void setKey(byte[] keyData, short kOff) {
        if (kOff < 0 || kOff + BYTES > keyData.length) {
            throw new ArrayIndexOutOfBoundsException();
        }
        Card.write(value, () -> {
            System.arraycopy(keyData, kOff, value, 0, BYTES);
            control[0] = 1;
        });
    }

    @Override
    public byte getKey(byte[] keyData, short kOff) {
        System.arraycopy(value(), 0, keyData, kOff, BYTES);
        return BYTES;
    }

    @Override
    public boolean isInitialized() {
        return control[0] != 0;
    }

    @Override
    public void clearKey() {
        Card.write(value, () -> {
            Arrays.fill(value, (byte) 0);
            control[0] = 0;
        });
    }

    @Override
    public byte getType() {
        return type;
    }

    @Override
    public short getSize() {
        return BYTES * 8;
    }
}
