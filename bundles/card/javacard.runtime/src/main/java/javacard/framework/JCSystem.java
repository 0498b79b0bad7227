// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

import org.porto.javacard.runtime.internal.Card;

/** As in Java Card: calls find the card that runs on this thread. */
public final class JCSystem {

    public static final byte NOT_A_TRANSIENT_OBJECT = 0;
    public static final byte CLEAR_ON_RESET = 1;
    public static final byte CLEAR_ON_DESELECT = 2;
    public static final byte MEMORY_TYPE_PERSISTENT = 0;
    public static final byte MEMORY_TYPE_TRANSIENT_RESET = 1;
    public static final byte MEMORY_TYPE_TRANSIENT_DESELECT = 2;

    private static final short VERSION = 0x0300;

    private JCSystem() {}

    public static byte isTransient(Object theObj) {
        return Card.current().transience(theObj);
    }

    public static boolean[] makeTransientBooleanArray(short length, byte event)
            throws NegativeArraySizeException, SystemException {
        return Card.current().makeTransient(new boolean[length], event);
    }

    public static byte[] makeTransientByteArray(short length, byte event)
            throws NegativeArraySizeException, SystemException {
        return Card.current().makeTransient(new byte[length], event);
    }

    public static short[] makeTransientShortArray(short length, byte event)
            throws NegativeArraySizeException, SystemException {
        return Card.current().makeTransient(new short[length], event);
    }

    public static Object[] makeTransientObjectArray(short length, byte event)
            throws NegativeArraySizeException, SystemException {
        return Card.current().makeTransient(new Object[length], event);
    }

    public static short getVersion() {
        return VERSION;
    }

    public static AID getAID() {
        return Card.current().aid();
    }

    public static AID lookupAID(byte[] buffer, short offset, byte length) {
        AID aid = Card.current().aid();
        return aid.equals(buffer, offset, length) ? aid : null;
    }

    public static void beginTransaction() throws TransactionException {
        Card.current().begin();
    }

    public static void abortTransaction() throws TransactionException {
        Card.current().abort();
    }

    public static void commitTransaction() throws TransactionException {
        Card.current().commit();
    }

    public static byte getTransactionDepth() {
        return (byte) (Card.current().inTransaction() ? 1 : 0);
    }

    public static short getUnusedCommitCapacity() {
        return Card.current().commitCapacityUnused();
    }

    public static short getMaxCommitCapacity() {
        return Card.COMMIT_CAPACITY_BYTES;
    }

    public static AID getPreviousContextAID() {
        return null;
    }

    public static short getAvailableMemory(byte memoryType) throws SystemException {
        return Short.MAX_VALUE;
    }

    public static boolean isObjectDeletionSupported() {
        return false;
    }

    public static void requestObjectDeletion() throws SystemException {
        SystemException.throwIt(SystemException.ILLEGAL_USE);
    }

    public static byte getAssignedChannel() {
        return 0;
    }
}
