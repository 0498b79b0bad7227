// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.OwnerPIN;
import javacard.framework.Util;
import javacard.security.AESKey;
import javacard.security.ECPublicKey;
import javacard.security.KeyBuilder;
import javacard.security.KeyPair;
import javacard.security.Signature;

/** Two amounts that must agree, and everything else that a card's memory can do. */
public final class LedgerApplet extends Applet {

    static final byte[] AID = {(byte) 0xF0, 1, 2, 3, 4, 5};

    private final byte[] left = new byte[8];
    private final byte[] right = new byte[8];
    private final Object[] deep = {new byte[4], new short[2], new boolean[2]};
    private final byte[] scratch = JCSystem.makeTransientByteArray((short) 8, JCSystem.CLEAR_ON_RESET);
    private final byte[] session = JCSystem.makeTransientByteArray((short) 8, JCSystem.CLEAR_ON_DESELECT);
    private final OwnerPIN pin = new OwnerPIN((byte) 3, (byte) 4);
    private final KeyPair pair = new KeyPair(KeyPair.ALG_EC_FP, KeyBuilder.LENGTH_EC_FP_256);
    private final AESKey key = (AESKey) KeyBuilder.buildKey(KeyBuilder.TYPE_AES, KeyBuilder.LENGTH_AES_128, false);
    private final Signature ecdsa = Signature.getInstance(Signature.ALG_ECDSA_SHA_256, false);
    private byte[] replaced = new byte[1];
    private short counter;

    private LedgerApplet() {
        pair.genKeyPair();
        pin.update(new byte[] {1, 2, 3, 4}, (short) 0, (byte) 4);
    }

    public static void install(byte[] bArray, short bOffset, byte bLength) {
        new LedgerApplet().register(bArray, (short) (bOffset + 1), bArray[bOffset]);
    }

    @Override
    public void process(APDU apdu) {
        if (selectingApplet()) {
            return;
        }
        byte[] buffer = apdu.getBuffer();
        short length = apdu.setIncomingAndReceive();
        switch (buffer[ISO7816.OFFSET_INS]) {
            case 1: // both amounts in a transaction
                JCSystem.beginTransaction();
                Util.arrayCopy(buffer, (short) 5, left, (short) 0, length);
                Util.setShort((byte[]) deep[0], (short) 0, (short) 0x1234);
                Util.arrayCopy(buffer, (short) 5, right, (short) 0, length);
                JCSystem.commitTransaction();
                break;
            case 2: // read
                Util.arrayCopyNonAtomic(left, (short) 0, buffer, (short) 0, (short) 8);
                Util.arrayCopyNonAtomic(right, (short) 0, buffer, (short) 8, (short) 8);
                Util.arrayCopyNonAtomic(scratch, (short) 0, buffer, (short) 16, (short) 8);
                Util.arrayCopyNonAtomic(session, (short) 0, buffer, (short) 24, (short) 8);
                buffer[32] = pin.getTriesRemaining();
                buffer[33] = (byte) (key.isInitialized() ? 1 : 0);
                apdu.setOutgoingAndSend((short) 0, (short) 34);
                break;
            case 3: // exception within a transaction
                JCSystem.beginTransaction();
                Util.arrayCopy(buffer, (short) 5, left, (short) 0, length);
                throw new ISOException(ISO7816.SW_DATA_INVALID);
            case 4:
                if (!pin.check(buffer, (short) 5, (byte) length)) {
                    ISOException.throwIt((short) (0x63C0 | pin.getTriesRemaining()));
                }
                break;
            case 5: // wrong PIN within a transaction that is taken back
                JCSystem.beginTransaction();
                pin.check(buffer, (short) 5, (byte) length);
                JCSystem.abortTransaction();
                break;
            case 6:
                left[0]++;
                break;
            case 7:
                replaced = new byte[1];
                break;
            case 8:
                ecdsa.init(pair.getPrivate(), Signature.MODE_SIGN);
                apdu.setOutgoingAndSend((short) 0, ecdsa.sign(buffer, (short) 5, length, buffer, (short) 0));
                break;
            case 9:
                apdu.setOutgoingAndSend((short) 0, ((ECPublicKey) pair.getPublic()).getW(buffer, (short) 0));
                break;
            case 10:
                Util.arrayCopyNonAtomic(buffer, (short) 5, scratch, (short) 0, length);
                Util.arrayCopyNonAtomic(buffer, (short) 5, session, (short) 0, length);
                break;
            case 11: // unguarded
                Util.arrayCopyNonAtomic(buffer, (short) 5, left, (short) 0, length);
                break;
            case 12:
                key.setKey(buffer, (short) 5);
                break;
            case 13: // a transaction left open
                JCSystem.beginTransaction();
                Util.arrayCopy(buffer, (short) 5, left, (short) 0, length);
                break;
            case 14:
                counter++;
                throw new NullPointerException();
            case 15: // an unconditional write within a transaction that is taken back
                JCSystem.beginTransaction();
                Util.arrayCopy(buffer, (short) 5, left, (short) 0, length);
                Util.arrayCopyNonAtomic(buffer, (short) 5, right, (short) 0, length);
                JCSystem.abortTransaction();
                break;
            default:
                ISOException.throwIt(ISO7816.SW_INS_NOT_SUPPORTED);
        }
    }
}
