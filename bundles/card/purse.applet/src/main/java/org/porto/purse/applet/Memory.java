// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.applet;

import javacard.framework.JCSystem;
import javacard.framework.OwnerPIN;
import javacard.framework.Util;
import javacard.security.ECPrivateKey;
import javacard.security.ECPublicKey;
import javacard.security.KeyPair;

/**
 * All that outlives power, in one array, and the working copy {@link #w} of the registers in which a change is prepared. A
 * change is computed in w first and written by {@link #commitRegisters} between begin and commit.
 */
final class Memory {

    static final byte BLANK = (byte) 0;
    static final byte OPERATIONAL = (byte) 1;
    static final byte INVALIDATED = (byte) 2;
    static final byte TERMINATED = (byte) 3;

    // the array
    static final short STATE = (short) 0;
    static final short STORED = (short) 1;
    static final short RECOGNITION_LEFT = (short) 2;
    static final short RECOGNITION_MAX = (short) 3;
    static final short PIN_LEFT = (short) 4;
    static final short PIN_MAX = (short) 5;
    static final short DC_KEY_VERSION = (short) 6;
    static final short ISSUER_KEY_VERSION = (short) 7;
    static final short CARD_ID = (short) 8;
    static final short CURRENCY = (short) 16;
    static final short BALANCE_MAX = (short) 18;
    static final short TRANSACTION_MAX = (short) 26;
    static final short REGISTERS = (short) 34;
    static final short STATUS_SEQUENCE = (short) 70;
    static final short ORDER_SEQUENCE = (short) 74;
    static final short IDS_NEXT = (short) 78;
    static final short TRANSPORT_KEY = (short) 79;
    static final short CERTIFICATE_LENGTH = (short) 95;
    static final short CERTIFICATE = (short) 96;
    static final short IDS = (short) 248;
    static final short IDS_COUNT = (short) 10;
    static final short PAIRS = (short) 408;
    static final short PAIRS_COUNT = (short) 8;
    static final short LOGS = (short) 880;
    static final short LOG_COUNT = (short) 10;

    // a pairing
    static final short PAIR_BYTES = (short) 59;
    static final short PAIR_USED = (short) 0;
    static final short PAIR_SERIAL = (short) 1;
    static final short PAIR_SECRET = (short) 9;
    static final short PAIR_TRANSFERS = (short) 25;
    static final short PAIR_LAST_AMOUNT = (short) 29;
    static final short PAIR_MOVED = (short) 37;
    static final short PAIR_AMOUNT_MAX = (short) 45;
    static final short PAIR_ORDER = (short) 53;

    // the registers, in w and at REGISTERS
    static final short BALANCE = (short) 0;
    static final short SPENT = (short) 8;
    static final short LOADED = (short) 16;
    static final short BURNED = (short) 24;
    static final short COUNTER = (short) 32;
    static final short REGISTERS_BYTES = (short) 36;
    // behind them in w
    static final short SUM = (short) 40;
    static final short LINE = (short) 48;
    static final short PAIR = (short) 96;
    static final short BYTE = (short) 156;
    static final short W_BYTES = (short) 160;

    // a line of a log, in w at LINE
    static final short LINE_BYTES = (short) 45;
    static final short LINE_KIND = (short) 0;
    static final short LINE_ROLE = (short) 1;
    static final short LINE_AMOUNT = (short) 2;
    static final short LINE_BALANCE = (short) 10;
    static final short LINE_SPENT = (short) 18;
    static final short LINE_DAY = (short) 26;
    static final short LINE_PEER = (short) 28;
    static final short LINE_PEER_TRANSACTION = (short) 36;
    static final short LINE_COUNTER = (short) 40;
    static final short LINE_KEY_VERSION = (short) 44;

    static final byte KIND_LOAD = (byte) 1;
    static final byte KIND_RECHARGE = (byte) 2;
    static final byte KIND_BURN = (byte) 3;
    static final byte KIND_DEBIT = (byte) 4;
    static final byte KIND_UNDO = (byte) 5;

    static final short LOG_IN = (short) 0;
    static final short LOG_OUT = (short) 1;
    private static final short LOG_HEAD = (short) 2;
    private static final short LOG_BYTES = (short) (LOG_HEAD + LOG_COUNT * LINE_BYTES);
    /** The version before the newest of each key, 0 for none, and which of the two objects holds the newest. */
    static final short DC_KEY_BEFORE = (short) (LOGS + 2 * LOG_BYTES);
    static final short ISSUER_KEY_BEFORE = (short) (DC_KEY_BEFORE + 1);
    static final short DC_KEY_SLOT = (short) (DC_KEY_BEFORE + 2);
    static final short ISSUER_KEY_SLOT = (short) (DC_KEY_BEFORE + 3);
    static final short M_BYTES = (short) (DC_KEY_BEFORE + 4);

    private static final short COUNTER_END_HIGH = (short) 0xFFFF;

    final byte[] m;
    final byte[] w;
    final OwnerPIN pin;
    private final ECPublicKey datacentreFirst;
    private final ECPublicKey datacentreSecond;
    private final ECPublicKey issuerFirst;
    private final ECPublicKey issuerSecond;
    final ECPublicKey ownPublic;
    final ECPrivateKey ownPrivate;
    final KeyPair own;

    Memory() {
        m = new byte[M_BYTES];
        w = JCSystem.makeTransientByteArray(W_BYTES, JCSystem.CLEAR_ON_DESELECT);
        // The tries are counted in m; the limit of this object is the largest that a profile can name.
        pin = new OwnerPIN((byte) 15, (byte) 8);
        datacentreFirst = Crypto.publicKey();
        datacentreSecond = Crypto.publicKey();
        issuerFirst = Crypto.publicKey();
        issuerSecond = Crypto.publicKey();
        ownPublic = Crypto.publicKey();
        ownPrivate = Crypto.privateKey();
        own = new KeyPair(ownPublic, ownPrivate);
        Util.arrayFillNonAtomic(m, RECOGNITION_LEFT, (short) 2, (byte) 10);
    }

    private ECPublicKey datacentreAt(short slot) {
        return slot == 0 ? datacentreFirst : datacentreSecond;
    }

    private ECPublicKey issuerAt(short slot) {
        return slot == 0 ? issuerFirst : issuerSecond;
    }

    /** Whether the card has the data centre's key of that version: the newest, or the one before. */
    boolean hasDatacentre(byte version) {
        return version != 0 && (version == m[DC_KEY_VERSION] || version == m[DC_KEY_BEFORE]);
    }

    boolean hasIssuer(byte version) {
        return version != 0 && (version == m[ISSUER_KEY_VERSION] || version == m[ISSUER_KEY_BEFORE]);
    }

    /** The key of a version that the card has. */
    ECPublicKey datacentre(byte version) {
        short slot = m[DC_KEY_SLOT];
        return datacentreAt(version == m[DC_KEY_VERSION] ? slot : (short) (slot ^ 1));
    }

    ECPublicKey issuer(byte version) {
        short slot = m[ISSUER_KEY_SLOT];
        return issuerAt(version == m[ISSUER_KEY_VERSION] ? slot : (short) (slot ^ 1));
    }

    /** The key of a card that is not in service yet. */
    ECPublicKey only(short version) {
        return version == DC_KEY_VERSION ? datacentreFirst : issuerFirst;
    }

    /** Puts a new key in the place of the one before the newest; part of a transaction. */
    void rollOver(boolean datacentre, byte version, byte[] point, short off) {
        short newest = datacentre ? DC_KEY_VERSION : ISSUER_KEY_VERSION;
        short before = datacentre ? DC_KEY_BEFORE : ISSUER_KEY_BEFORE;
        short slot = datacentre ? DC_KEY_SLOT : ISSUER_KEY_SLOT;
        short free = (short) (m[slot] ^ 1);
        ECPublicKey key = datacentre ? datacentreAt(free) : issuerAt(free);
        key.setW(point, off, Crypto.POINT);
        put(before, m[newest]);
        put(newest, version);
        put(slot, (byte) free);
    }

    /** One byte, as part of a transaction where one is open. */
    void put(short at, byte value) {
        w[BYTE] = value;
        Util.arrayCopy(w, BYTE, m, at, (short) 1);
    }

    /** One byte at once, whatever becomes of a transaction: for try counters. */
    void putNow(short at, byte value) {
        w[BYTE] = value;
        Util.arrayCopyNonAtomic(w, BYTE, m, at, (short) 1);
    }

    void fetchRegisters() {
        Util.arrayCopyNonAtomic(m, REGISTERS, w, (short) 0, REGISTERS_BYTES);
    }

    void commitRegisters() {
        Util.arrayCopy(w, (short) 0, m, REGISTERS, REGISTERS_BYTES);
    }

    /** Sc = Dc + Ac - Lc + Bc of w, at w[SUM] (rule P1). Exact: carries beyond 64 bits cancel. */
    void sum() {
        Amounts.add(w, BALANCE, w, SPENT, w, SUM, Amounts.LONG);
        Amounts.subtract(w, SUM, w, LOADED, w, SUM, Amounts.LONG);
        Amounts.add(w, SUM, w, BURNED, w, SUM, Amounts.LONG);
    }

    /** Adds to a register of w; false when it would no longer be a positive signed number. */
    boolean credit(short register, byte[] amount, short off) {
        return Amounts.add(w, register, amount, off, w, register, Amounts.LONG) == 0 && w[register] >= 0;
    }

    /** Whether the transaction counter nears its end (rule P3). */
    boolean ending() {
        return Util.getShort(m, (short) (REGISTERS + COUNTER)) == COUNTER_END_HIGH
                && (short) (Util.getShort(m, (short) (REGISTERS + COUNTER + 2)) & (short) 0xFF00) == (short) 0xFF00;
    }

    short pair(byte[] serial, short off) {
        for (short i = (short) 0; i < PAIRS_COUNT; i++) {
            short at = (short) (PAIRS + (short) (i * PAIR_BYTES));
            if (m[at] != 0 && Util.arrayCompare(m, (short) (at + PAIR_SERIAL), serial, off, (short) 8) == 0) {
                return at;
            }
        }
        return (short) -1;
    }

    short freePair() {
        for (short i = (short) 0; i < PAIRS_COUNT; i++) {
            short at = (short) (PAIRS + (short) (i * PAIR_BYTES));
            if (m[at] == 0) {
                return at;
            }
        }
        return (short) -1;
    }

    boolean obeyed(byte[] id, short off) {
        for (short i = (short) 0; i < IDS_COUNT; i++) {
            short at = (short) (IDS + (short) (i * 16));
            if (!Amounts.isZero(m, at, (short) 16) && Util.arrayCompare(m, at, id, off, (short) 16) == 0) {
                return true;
            }
        }
        return false;
    }

    void rememberId(byte[] id, short off) {
        short next = m[IDS_NEXT];
        Util.arrayCopy(id, off, m, (short) (IDS + (short) (next * 16)), (short) 16);
        put(IDS_NEXT, (byte) ((short) (next + 1) % IDS_COUNT));
    }

    /** Puts the registers and the counter of w into w[LINE]. */
    void closeLine() {
        Util.arrayCopyNonAtomic(w, BALANCE, w, (short) (LINE + LINE_BALANCE), (short) 16);
        Util.arrayCopyNonAtomic(w, COUNTER, w, (short) (LINE + LINE_COUNTER), (short) 4);
    }

    /** Appends w[LINE]. */
    void appendLine(short log) {
        short head = (short) (LOGS + (short) (log * LOG_BYTES));
        short next = m[head];
        Util.arrayCopy(w, LINE, m, (short) (head + LOG_HEAD + (short) (next * LINE_BYTES)), LINE_BYTES);
        byte count = m[(short) (head + 1)];
        if (count < LOG_COUNT) {
            put((short) (head + 1), (byte) (count + 1));
        }
        put(head, (byte) ((short) (next + 1) % LOG_COUNT));
    }

    short lines(short log) {
        return m[(short) (LOGS + (short) (log * LOG_BYTES) + 1)];
    }

    /** Offset of the line in m. @param age 0 for the newest, below {@link #lines} */
    short line(short log, short age) {
        short head = (short) (LOGS + (short) (log * LOG_BYTES));
        short index = (short) ((short) ((short) (m[head] - 1) - age) + LOG_COUNT);
        return (short) (head + LOG_HEAD + (short) ((short) (index % LOG_COUNT) * LINE_BYTES));
    }
}
