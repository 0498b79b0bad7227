// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

import org.porto.javacard.runtime.internal.Card;

/** As in Java Card. The try counter is durable before the comparison and no transaction takes it back. */
public class OwnerPIN implements PIN {

    private static final int TRIES = 0;
    private static final int SIZE = 1;

    private final byte tryLimit;
    private final byte[] value;
    private final byte[] control = new byte[2];
    private final boolean[] validated = JCSystem.makeTransientBooleanArray((short) 1, JCSystem.CLEAR_ON_RESET);

    public OwnerPIN(byte tryLimit, byte maxPINSize) throws PINException {
        if (tryLimit < 1 || maxPINSize < 1) {
            PINException.throwIt(PINException.ILLEGAL_VALUE);
        }
        this.tryLimit = tryLimit;
        this.value = new byte[maxPINSize];
        this.control[TRIES] = tryLimit;
    }

    protected boolean getValidatedFlag() {
        return validated[0];
    }

    protected void setValidatedFlag(boolean value) {
        validated[0] = value;
    }

    @Override
    public byte getTriesRemaining() {
        return control[TRIES];
    }

    @Override
    public boolean check(byte[] pin, short offset, byte length)
            throws ArrayIndexOutOfBoundsException, NullPointerException {
        setValidatedFlag(false);
        if (control[TRIES] == 0) {
            return false;
        }
        tries((byte) (control[TRIES] - 1));
        if (length > 0 && offset < 0 || offset + length > pin.length) {
            throw new ArrayIndexOutOfBoundsException();
        }
        int difference = length ^ control[SIZE];
        for (int i = 0; i < value.length; i++) {
            byte offered = i < length ? pin[offset + i] : 0;
            difference |= offered ^ value[i];
        }
        if (difference != 0) {
            return false;
        }
        tries(tryLimit);
        setValidatedFlag(true);
        return true;
    }

    private void tries(byte tries) {
        Card.writeThrough(control, TRIES, 1, () -> control[TRIES] = tries);
    }

    @Override
    public boolean isValidated() {
        return getValidatedFlag();
    }

    @Override
    public void reset() {
        if (isValidated()) {
            resetAndUnblock();
        }
    }

    public void update(byte[] pin, short offset, byte length) throws PINException {
        if (length < 0 || length > value.length) {
            PINException.throwIt(PINException.ILLEGAL_VALUE);
        }
        byte[] fresh = new byte[value.length];
        System.arraycopy(pin, offset, fresh, 0, length);
        setValidatedFlag(false);
        Card.write(value, () -> {
            System.arraycopy(fresh, 0, value, 0, value.length);
            control[SIZE] = length;
            control[TRIES] = tryLimit;
        });
    }

    public void resetAndUnblock() {
        setValidatedFlag(false);
        tries(tryLimit);
    }
}
