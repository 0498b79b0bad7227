// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.applet;

import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;
import javacard.security.AESKey;
import javacardx.crypto.Cipher;

/** Orders of the data centre (rules R1, R2, R5, R8): opens the envelope, obeys at most once, answers with a signed receipt. */
final class Orders {

    static final byte APPLIED = (byte) 1;
    static final byte USED = (byte) 2;
    static final byte FUTURE = (byte) 3;
    static final byte STALE = (byte) 4;
    static final byte OVERFLOW = (byte) 5;
    static final byte BLOCKED = (byte) 6;
    static final byte WRONG_CURRENCY = (byte) 7;

    private static final byte RECHARGE = (byte) 1;
    private static final byte BURN = (byte) 2;
    private static final byte PAIRING = (byte) 3;
    private static final byte UNBLOCK_PIN = (byte) 4;
    private static final byte INVALIDATE = (byte) 5;
    private static final byte REHABILITATE = (byte) 6;
    private static final byte TERMINATE = (byte) 7;
    private static final byte KEY = (byte) 8;

    private static final short ENVELOPE_HEAD = (short) 67;
    private static final short ENVELOPE_MIN = (short) (67 + 48 + 16);
    private static final short KIND = (short) 2;
    private static final short KEY_VERSION = (short) 3;
    private static final short CARD = (short) 4;
    private static final short ID = (short) 12;
    private static final short SEQUENCE = (short) 28;
    private static final short DETAIL = (short) 34;
    private static final short AMOUNT = (short) 36;
    private static final short CONTROL_SUM = (short) 44;
    private static final short SERIAL = (short) 34;
    private static final short SECRET = (short) 42;
    private static final short AMOUNT_MAX = (short) 58;
    private static final short PURPOSE = (short) 34;
    private static final short NEW_VERSION = (short) 35;
    private static final short HASH = (short) 36;
    private static final short HASH_BYTES = (short) 32;
    private static final byte OF_DATACENTRE = (byte) 1;
    private static final byte OF_ISSUER = (byte) 2;
    private static final short RECEIPT_BYTES = (short) 47;

    private final Crypto crypto;
    private final Memory memory;
    private final Channel channel;
    private final byte[] o;
    private final AESKey key;

    Orders(Crypto crypto, Memory memory, Channel channel, byte[] o) {
        this.crypto = crypto;
        this.memory = memory;
        this.channel = channel;
        this.o = o;
        key = Crypto.aesKey();
    }

    /** @return length of the receipt with its signature in o */
    short apply(byte[] buffer, short at, short length) {
        short order = open(buffer, at, length);
        byte kind = buffer[(short) (order + KIND)];
        boolean money = kind == RECHARGE || kind == BURN;
        memory.fetchRegisters();
        memory.sum();
        if (memory.obeyed(buffer, (short) (order + ID))) {
            return receipt(buffer, order, USED);
        }
        return money ? money(buffer, order, kind) : command(buffer, order, kind);
    }

    private short open(byte[] buffer, short at, short length) {
        short inside = (short) (length - ENVELOPE_HEAD - Crypto.BLOCK);
        if (length < ENVELOPE_MIN || (short) (inside & 15) != 0) {
            ISOException.throwIt(Status.LENGTH_WRONG);
        }
        if (buffer[at] != 1) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        if (!memory.hasDatacentre(buffer[(short) (at + 1)])) {
            ISOException.throwIt(Status.REFERENCE_ABSENT);
        }
        if (buffer[(short) (at + 2)] != 4 || !crypto.agree(memory.ownPrivate, buffer, (short) (at + 2))) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        short signed = (short) (ENVELOPE_HEAD + inside);
        crypto.deriveKey(key, Labels.ORDER_MAC, buffer, at, ENVELOPE_HEAD);
        Util.arrayCopyNonAtomic(buffer, at, crypto.s, (short) 0, signed);
        crypto.cmac(key, signed, o, (short) 0);
        if (Util.arrayCompare(o, (short) 0, buffer, (short) (at + signed), Crypto.BLOCK) != 0) {
            ISOException.throwIt(Status.SECURITY);
        }
        crypto.deriveKey(key, Labels.ORDER_ENC, buffer, at, ENVELOPE_HEAD);
        crypto.forgetRoot();
        short order = (short) (at + ENVELOPE_HEAD);
        Util.arrayFillNonAtomic(o, (short) 0, Crypto.BLOCK, (byte) 0);
        crypto.crypt(key, Cipher.MODE_DECRYPT, o, (short) 0, buffer, order, inside);
        key.clearKey();
        check(buffer, order, Crypto.unpadded(buffer, order, inside), buffer[(short) (at + 1)]);
        return order;
    }

    private void check(byte[] buffer, short order, short length, byte version) {
        short body = (short) (DETAIL + detail(buffer[(short) (order + KIND)]));
        if (body < DETAIL
                || length <= body
                || buffer[order] != (byte) 0xA1
                || buffer[(short) (order + 1)] != 1
                || buffer[(short) (order + KEY_VERSION)] != version) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        if (!crypto.verify(memory.datacentre(version), buffer, order, body, (short) (length - body))) {
            ISOException.throwIt(Status.SECURITY);
        }
        if (Util.arrayCompare(buffer, (short) (order + CARD), memory.m, Memory.CARD_ID, (short) 8) != 0) {
            ISOException.throwIt(Status.CARD_WRONG);
        }
    }

    private static short detail(byte kind) {
        switch (kind) {
            case RECHARGE:
            case BURN:
                return (short) 18;
            case PAIRING:
                return (short) 32;
            case UNBLOCK_PIN:
            case INVALIDATE:
            case REHABILITATE:
            case TERMINATE:
                return (short) 0;
            case KEY:
                return (short) 34;
            default:
                return (short) -128;
        }
    }

    /** Recharge and burn: in force only at the control sum that they name (rule R2). */
    private short money(byte[] buffer, short order, byte kind) {
        byte[] w = memory.w;
        short amount = (short) (order + AMOUNT);
        if (Amounts.isZero(buffer, amount, Amounts.LONG)) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        short ahead = Amounts.compare(w, Memory.SUM, buffer, (short) (order + CONTROL_SUM), Amounts.LONG);
        if (ahead != 0) {
            return receipt(buffer, order, ahead < 0 ? FUTURE : STALE);
        }
        if (memory.m[Memory.STATE] != Memory.OPERATIONAL || memory.ending()) {
            return receipt(buffer, order, BLOCKED);
        }
        if (Util.arrayCompare(buffer, (short) (order + DETAIL), memory.m, Memory.CURRENCY, (short) 2) != 0) {
            return receipt(buffer, order, WRONG_CURRENCY);
        }
        boolean fits = kind == RECHARGE
                ? memory.credit(Memory.BALANCE, buffer, amount)
                        && Amounts.compare(w, Memory.BALANCE, memory.m, Memory.BALANCE_MAX, Amounts.LONG) <= 0
                : memory.credit(Memory.BURNED, buffer, amount);
        memory.sum();
        if (!fits || w[Memory.SUM] < 0) {
            memory.fetchRegisters();
            memory.sum();
            return receipt(buffer, order, OVERFLOW);
        }
        Amounts.increment(w, Memory.COUNTER);
        line(buffer, order, kind == RECHARGE ? Memory.KIND_RECHARGE : Memory.KIND_BURN);
        short length = receipt(buffer, order, APPLIED);
        JCSystem.beginTransaction();
        memory.commitRegisters();
        memory.appendLine(Memory.LOG_IN);
        memory.rememberId(buffer, (short) (order + ID));
        Util.arrayCopy(buffer, (short) (order + SEQUENCE), memory.m, Memory.STATUS_SEQUENCE, (short) 4);
        JCSystem.commitTransaction();
        return length;
    }

    private void line(byte[] buffer, short order, byte kind) {
        byte[] w = memory.w;
        w[Memory.LINE] = kind;
        w[(short) (Memory.LINE + Memory.LINE_ROLE)] = (byte) 0;
        Util.arrayCopyNonAtomic(buffer, (short) (order + AMOUNT), w, (short) (Memory.LINE + Memory.LINE_AMOUNT), (short) 8);
        // The card has no clock and a recharge brings no day of its own.
        Util.setShort(w, (short) (Memory.LINE + Memory.LINE_DAY), (short) 0);
        Util.arrayCopyNonAtomic(buffer, (short) (order + ID), w, (short) (Memory.LINE + Memory.LINE_PEER), (short) 8);
        Util.arrayCopyNonAtomic(
                buffer, (short) (order + SEQUENCE), w, (short) (Memory.LINE + Memory.LINE_PEER_TRANSACTION), (short) 4);
        w[(short) (Memory.LINE + Memory.LINE_KEY_VERSION)] = buffer[(short) (order + KEY_VERSION)];
        memory.closeLine();
    }

    /** What moves no value: in force once, in the order of the sequence. */
    private short command(byte[] buffer, short order, byte kind) {
        byte[] m = memory.m;
        short sequence = (short) (order + SEQUENCE);
        if (Amounts.compare(buffer, sequence, m, Memory.ORDER_SEQUENCE, (short) 4) <= 0) {
            return receipt(buffer, order, STALE);
        }
        if (m[Memory.STATE] == Memory.TERMINATED || (kind == PAIRING && m[Memory.STATE] != Memory.OPERATIONAL)) {
            return receipt(buffer, order, BLOCKED);
        }
        short slot = (short) 0;
        if (kind == KEY && !names(buffer, order)) {
            return receipt(buffer, order, STALE);
        }
        if (kind == PAIRING) {
            slot = memory.pair(buffer, (short) (order + SERIAL));
            if (slot < 0) {
                slot = memory.freePair();
            }
            if (slot < 0) {
                return receipt(buffer, order, OVERFLOW);
            }
            pairing(buffer, order, slot);
        }
        short length = receipt(buffer, order, APPLIED);
        if (kind == UNBLOCK_PIN) {
            // Only its own limit, which the counters in memory undercut: safe before the transaction.
            memory.pin.resetAndUnblock();
        }
        JCSystem.beginTransaction();
        switch (kind) {
            case PAIRING:
                Util.arrayCopy(memory.w, Memory.PAIR, m, slot, Memory.PAIR_BYTES);
                break;
            case UNBLOCK_PIN:
                memory.put(Memory.PIN_LEFT, m[Memory.PIN_MAX]);
                memory.put(Memory.RECOGNITION_LEFT, m[Memory.RECOGNITION_MAX]);
                break;
            case INVALIDATE:
                memory.put(Memory.STATE, Memory.INVALIDATED);
                break;
            case REHABILITATE:
                memory.put(Memory.STATE, Memory.OPERATIONAL);
                break;
            case KEY:
                memory.rollOver(
                        buffer[(short) (order + PURPOSE)] == OF_DATACENTRE,
                        buffer[(short) (order + NEW_VERSION)],
                        channel.r,
                        Channel.SHOWN_POINT);
                break;
            default:
                memory.put(Memory.STATE, Memory.TERMINATED);
                break;
        }
        memory.rememberId(buffer, (short) (order + ID));
        Util.arrayCopy(buffer, sequence, m, Memory.ORDER_SEQUENCE, (short) 4);
        Util.arrayCopy(buffer, sequence, m, Memory.STATUS_SEQUENCE, (short) 4);
        JCSystem.commitTransaction();
        if (kind == PAIRING && channel.r[Channel.MODE] == Channel.PAIRED && Util.getShort(channel.r, Channel.PAIR) == slot) {
            // The secret beneath this session is gone: no more loads in it.
            Util.setShort(channel.r, Channel.PAIR, (short) -1);
        }
        return length;
    }

    /**
     * Whether a new key's version is above the newest. The order must be signed with the newest key of the data centre, and the key that it
     * names by its hash must have been shown in this session.
     */
    private boolean names(byte[] buffer, short order) {
        byte purpose = buffer[(short) (order + PURPOSE)];
        if (purpose != OF_DATACENTRE && purpose != OF_ISSUER) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        if (buffer[(short) (order + KEY_VERSION)] != memory.m[Memory.DC_KEY_VERSION]) {
            ISOException.throwIt(Status.REFERENCE_ABSENT);
        }
        short newest = purpose == OF_DATACENTRE ? Memory.DC_KEY_VERSION : Memory.ISSUER_KEY_VERSION;
        if (Amounts.compare(buffer, (short) (order + NEW_VERSION), memory.m, newest, (short) 1) <= 0) {
            return false;
        }
        crypto.sha256(channel.r, Channel.SHOWN_POINT, Crypto.POINT, o, (short) 0);
        if (channel.r[Channel.SHOWN] != 1 || Util.arrayCompare(o, (short) 0, buffer, (short) (order + HASH), HASH_BYTES) != 0) {
            ISOException.throwIt(Status.KEY_ABSENT);
        }
        return true;
    }

    /** Prepares the entry in w. Counters of an earlier pairing with the same meter go on, so that nothing in doubt is forgotten. */
    private void pairing(byte[] buffer, short order, short slot) {
        byte[] w = memory.w;
        Util.arrayCopyNonAtomic(memory.m, slot, w, Memory.PAIR, Memory.PAIR_BYTES);
        w[Memory.PAIR] = (byte) 1;
        Util.arrayCopyNonAtomic(
                buffer, (short) (order + SERIAL), w, (short) (Memory.PAIR + Memory.PAIR_SERIAL), (short) 8);
        Util.arrayCopyNonAtomic(
                buffer, (short) (order + SECRET), w, (short) (Memory.PAIR + Memory.PAIR_SECRET), Crypto.BLOCK);
        Util.arrayCopyNonAtomic(
                buffer, (short) (order + AMOUNT_MAX), w, (short) (Memory.PAIR + Memory.PAIR_AMOUNT_MAX), Amounts.LONG);
        Util.arrayCopyNonAtomic(
                buffer, (short) (order + SEQUENCE), w, (short) (Memory.PAIR + Memory.PAIR_ORDER), (short) 4);
    }

    /** Signed from the registers in w: made before the change is written, so that nothing can fail after it. */
    private short receipt(byte[] buffer, short order, byte result) {
        o[0] = (byte) 0xB1;
        o[1] = (byte) 1;
        o[2] = result;
        Util.arrayCopyNonAtomic(memory.m, Memory.CARD_ID, o, (short) 3, (short) 8);
        Util.arrayCopyNonAtomic(buffer, (short) (order + ID), o, (short) 11, (short) 16);
        Util.arrayCopyNonAtomic(memory.w, Memory.SUM, o, (short) 27, (short) 8);
        Util.arrayCopyNonAtomic(memory.w, Memory.BALANCE, o, (short) 35, (short) 8);
        Util.arrayCopyNonAtomic(memory.w, Memory.COUNTER, o, (short) 43, (short) 4);
        return (short) (RECEIPT_BYTES + crypto.sign(memory.ownPrivate, o, (short) 0, RECEIPT_BYTES, o, RECEIPT_BYTES));
    }
}
