// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.applet;

import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;
import javacard.security.ECPrivateKey;

/** Loads from a paired meter (rules T4, T5) and debits by a certified peer (rule M1). */
final class Values {

    private static final short LOAD_BYTES = (short) 85;
    private static final short DEBIT_BYTES = (short) 16;
    private static final short PROVE_BYTES = (short) 8;
    private static final short RECEIPT_BYTES = (short) 56;
    private static final short PERSONALITY = (short) 64;
    private static final short PERSONALITY_BYTES = (short) 42;
    private static final short FRESH = (short) (PERSONALITY + PERSONALITY_BYTES);
    private static final short POINT = (short) 20;

    private final Crypto crypto;
    private final Memory memory;
    private final Channel channel;
    private final byte[] o;
    private final ECPrivateKey ephemeral;

    Values(Crypto crypto, Memory memory, Channel channel, byte[] o, ECPrivateKey ephemeral) {
        this.crypto = crypto;
        this.memory = memory;
        this.channel = channel;
        this.o = o;
        this.ephemeral = ephemeral;
    }

    private void allowed(byte mode, short length, short wanted) {
        if (channel.r[Channel.MODE] != mode) {
            ISOException.throwIt(Status.CONDITIONS);
        }
        if (length != wanted) {
            ISOException.throwIt(Status.LENGTH_WRONG);
        }
    }

    private void alive() {
        if (memory.m[Memory.STATE] != Memory.OPERATIONAL) {
            ISOException.throwIt(Status.CARD_BLOCKED);
        }
        if (memory.ending()) {
            ISOException.throwIt(Status.COUNTER_END);
        }
    }

    private void amount(byte[] buffer, short amount, short currency) {
        if (Util.arrayCompare(buffer, currency, memory.m, Memory.CURRENCY, (short) 2) != 0) {
            ISOException.throwIt(Status.CURRENCY);
        }
        if (Amounts.isZero(buffer, amount, Amounts.LONG)) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        if (Amounts.compare(buffer, amount, memory.m, Memory.TRANSACTION_MAX, Amounts.LONG) > 0) {
            ISOException.throwIt(Status.AMOUNT);
        }
    }

    /** Offset of the pairing of this session in m. */
    short pair() {
        short pair = Util.getShort(channel.r, Channel.PAIR);
        if (channel.r[Channel.MODE] != Channel.PAIRED || pair <= 0) {
            ISOException.throwIt(Status.CONDITIONS);
        }
        return pair;
    }

    /** Data: amount 8, transfer number 4, day 2, card transaction 4, currency 2, the meter's fresh point 65. */
    short load(byte[] buffer, short at, short length) {
        allowed(Channel.PAIRED, length, LOAD_BYTES);
        short pair = pair();
        alive();
        if (channel.r[Channel.PIN_OK] != 1) {
            ISOException.throwIt(Status.SECURITY);
        }
        amount(buffer, at, (short) (at + 18));
        byte[] m = memory.m;
        byte[] w = memory.w;
        if (Amounts.compare(buffer, at, m, (short) (pair + Memory.PAIR_AMOUNT_MAX), Amounts.LONG) > 0) {
            ISOException.throwIt(Status.AMOUNT);
        }
        memory.fetchRegisters();
        Util.arrayCopyNonAtomic(m, pair, w, Memory.PAIR, Memory.PAIR_BYTES);
        short ended = Amounts.increment(w, (short) (Memory.PAIR + Memory.PAIR_TRANSFERS));
        Amounts.increment(w, Memory.COUNTER);
        if (Util.arrayCompare(buffer, (short) (at + 8), w, (short) (Memory.PAIR + Memory.PAIR_TRANSFERS), (short) 4) != 0
                || Util.arrayCompare(buffer, (short) (at + 14), w, Memory.COUNTER, (short) 4) != 0) {
            ISOException.throwIt(Status.CONDITIONS);
        }
        if (!memory.credit(Memory.BALANCE, buffer, at)
                || Amounts.compare(w, Memory.BALANCE, m, Memory.BALANCE_MAX, Amounts.LONG) > 0) {
            ISOException.throwIt(Status.FULL);
        }
        short moved = (short) (Memory.PAIR + Memory.PAIR_MOVED);
        if (ended != 0 || !memory.credit(Memory.LOADED, buffer, at) || !memory.credit(moved, buffer, at)) {
            ISOException.throwIt(Status.COUNTER_END);
        }
        agree(buffer, (short) (at + POINT));
        Util.arrayCopyNonAtomic(buffer, at, w, (short) (Memory.PAIR + Memory.PAIR_LAST_AMOUNT), Amounts.LONG);
        w[Memory.LINE] = Memory.KIND_LOAD;
        w[(short) (Memory.LINE + Memory.LINE_ROLE)] = (byte) 2;
        Util.arrayCopyNonAtomic(buffer, at, w, (short) (Memory.LINE + Memory.LINE_AMOUNT), Amounts.LONG);
        Util.arrayCopyNonAtomic(buffer, (short) (at + 12), w, (short) (Memory.LINE + Memory.LINE_DAY), (short) 2);
        Util.arrayCopyNonAtomic(m, (short) (pair + Memory.PAIR_SERIAL), w, (short) (Memory.LINE + Memory.LINE_PEER), (short) 8);
        Util.arrayCopyNonAtomic(
                buffer, (short) (at + 8), w, (short) (Memory.LINE + Memory.LINE_PEER_TRANSACTION), (short) 4);
        // The version of a pairing is the last byte of the sequence of the order that made it.
        w[(short) (Memory.LINE + Memory.LINE_KEY_VERSION)] = m[(short) (pair + Memory.PAIR_ORDER + 3)];
        memory.closeLine();
        ratchet(pair);
        JCSystem.beginTransaction();
        memory.commitRegisters();
        Util.arrayCopy(w, Memory.PAIR, m, pair, Memory.PAIR_BYTES);
        memory.appendLine(Memory.LOG_IN);
        JCSystem.commitTransaction();
        Util.arrayFillNonAtomic(w, Memory.PAIR, Memory.PAIR_BYTES, (byte) 0);
        return (short) 32;
    }

    /**
     * What only the two of this session know, 16 bytes to o[FRESH]: whoever has the present secret and all that was ever sent still
     * lacks it, so he cannot follow to the next secret (rule T4). The key is used up.
     */
    private void agree(byte[] buffer, short point) {
        if (channel.r[Channel.FRESH] != 1 || buffer[point] != 4) {
            ISOException.throwIt(Status.CONDITIONS);
        }
        channel.r[Channel.FRESH] = (byte) 0;
        boolean agreed = crypto.agree(ephemeral, buffer, point);
        ephemeral.clearKey();
        if (!agreed) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        crypto.derive(Labels.FRESH, o, (short) 0, (short) 0, Crypto.BLOCK, o, FRESH);
        crypto.forgetRoot();
    }

    /** The receipt (balance 8, moved 8, MAC 16) into o, and the next secret into w[PAIR] (rule T4). */
    private void ratchet(short pair) {
        byte[] w = memory.w;
        short at = Util.arrayCopyNonAtomic(memory.m, Memory.CARD_ID, o, PERSONALITY, (short) 8);
        at = Util.arrayCopyNonAtomic(w, (short) (Memory.PAIR + Memory.PAIR_SERIAL), o, at, (short) 8);
        at = Util.arrayCopyNonAtomic(w, (short) (Memory.PAIR + Memory.PAIR_LAST_AMOUNT), o, at, (short) 16);
        at = Util.arrayCopyNonAtomic(w, (short) (Memory.LINE + Memory.LINE_DAY), o, at, (short) 2);
        at = Util.arrayCopyNonAtomic(w, (short) (Memory.PAIR + Memory.PAIR_TRANSFERS), o, at, (short) 4);
        Util.arrayCopyNonAtomic(w, Memory.COUNTER, o, at, (short) 4);
        crypto.root(memory.m, (short) (pair + Memory.PAIR_SECRET));
        crypto.derive(
                Labels.NEXT,
                o,
                PERSONALITY,
                (short) (PERSONALITY_BYTES + Crypto.BLOCK),
                Crypto.BLOCK,
                w,
                (short) (Memory.PAIR + Memory.PAIR_SECRET));
        Util.arrayFillNonAtomic(o, FRESH, Crypto.BLOCK, (byte) 0);
        Util.arrayCopyNonAtomic(w, Memory.BALANCE, o, (short) 0, Amounts.LONG);
        Util.arrayCopyNonAtomic(w, (short) (Memory.PAIR + Memory.PAIR_MOVED), o, (short) 8, Amounts.LONG);
        at = Util.arrayCopyNonAtomic(Labels.LOADED, (short) 0, crypto.s, (short) 0, Crypto.LABEL);
        at = Util.arrayCopyNonAtomic(o, PERSONALITY, crypto.s, at, PERSONALITY_BYTES);
        at = Util.arrayCopyNonAtomic(o, (short) 0, crypto.s, at, Amounts.LONG);
        crypto.macByRoot(at, o, (short) 16);
        crypto.forgetRoot();
    }

    /** Whether a line of the debit log is of this session's peer. */
    private boolean mine(short line) {
        return memory.m[(short) (line + Memory.LINE_ROLE)] == channel.r[Channel.ROLE]
                && Util.arrayCompare(memory.m, (short) (line + Memory.LINE_PEER), channel.r, Channel.PEER, (short) 8) == 0;
    }

    /** Data: amount 8, peer transaction 4, day 2, currency 2. */
    short debit(byte[] buffer, short at, short length) {
        allowed(Channel.CERTIFIED, length, DEBIT_BYTES);
        alive();
        amount(buffer, at, (short) (at + 14));
        byte[] m = memory.m;
        byte[] w = memory.w;
        short number = (short) (at + 8);
        for (short age = (short) 0; age < memory.lines(Memory.LOG_OUT); age++) {
            short line = memory.line(Memory.LOG_OUT, age);
            if (mine(line)
                    && Amounts.compare(buffer, number, m, (short) (line + Memory.LINE_PEER_TRANSACTION), (short) 4) <= 0) {
                ISOException.throwIt(Status.CONDITIONS);
            }
        }
        memory.fetchRegisters();
        if (Amounts.subtract(w, Memory.BALANCE, buffer, at, w, Memory.BALANCE, Amounts.LONG) != 0) {
            ISOException.throwIt(Status.FUNDS);
        }
        if (!memory.credit(Memory.SPENT, buffer, at)) {
            ISOException.throwIt(Status.COUNTER_END);
        }
        Amounts.increment(w, Memory.COUNTER);
        w[Memory.LINE] = Memory.KIND_DEBIT;
        w[(short) (Memory.LINE + Memory.LINE_ROLE)] = channel.r[Channel.ROLE];
        Util.arrayCopyNonAtomic(buffer, at, w, (short) (Memory.LINE + Memory.LINE_AMOUNT), Amounts.LONG);
        Util.arrayCopyNonAtomic(buffer, (short) (at + 12), w, (short) (Memory.LINE + Memory.LINE_DAY), (short) 2);
        Util.arrayCopyNonAtomic(channel.r, Channel.PEER, w, (short) (Memory.LINE + Memory.LINE_PEER), (short) 8);
        Util.arrayCopyNonAtomic(buffer, number, w, (short) (Memory.LINE + Memory.LINE_PEER_TRANSACTION), (short) 4);
        w[(short) (Memory.LINE + Memory.LINE_KEY_VERSION)] = channel.r[Channel.PEER_KEY_VERSION];
        return commitOut();
    }

    private short commitOut() {
        memory.closeLine();
        short length = receipt(memory.w, Memory.LINE);
        JCSystem.beginTransaction();
        memory.commitRegisters();
        memory.appendLine(Memory.LOG_OUT);
        JCSystem.commitTransaction();
        return length;
    }

    /** Data: peer transaction 4, and the card transaction before the debit 4, or 0 where the peer does not know it. */
    short prove(byte[] buffer, short at, short length) {
        allowed(Channel.CERTIFIED, length, PROVE_BYTES);
        short lines = memory.lines(Memory.LOG_OUT);
        for (short age = (short) 0; age < lines; age++) {
            short line = memory.line(Memory.LOG_OUT, age);
            if (mine(line)
                    && Util.arrayCompare(memory.m, (short) (line + Memory.LINE_PEER_TRANSACTION), buffer, at, (short) 4) == 0) {
                return receipt(memory.m, line);
            }
        }
        if (lines == Memory.LOG_COUNT) {
            // A debit after the named transaction could have left the log, unless the log reaches back to it.
            short oldest = (short) (memory.line(Memory.LOG_OUT, (short) (lines - 1)) + Memory.LINE_COUNTER);
            Util.arrayCopyNonAtomic(buffer, (short) (at + 4), o, (short) 0, (short) 4);
            if (Amounts.increment(o, (short) 0) == 0 && Amounts.compare(memory.m, oldest, o, (short) 0, (short) 4) > 0) {
                ISOException.throwIt(Status.RECORD_UNKNOWN);
            }
        }
        ISOException.throwIt(Status.RECORD_ABSENT);
        return (short) 0;
    }

    /** Data: peer transaction 4. Repeating it brings the same receipt, newly signed. */
    short undo(byte[] buffer, short at, short length) {
        allowed(Channel.CERTIFIED, length, (short) 4);
        byte[] m = memory.m;
        byte[] w = memory.w;
        if (memory.lines(Memory.LOG_OUT) == 0) {
            ISOException.throwIt(Status.RECORD_ABSENT);
        }
        short line = memory.line(Memory.LOG_OUT, (short) 0);
        if (!mine(line) || Util.arrayCompare(m, (short) (line + Memory.LINE_PEER_TRANSACTION), buffer, at, (short) 4) != 0) {
            ISOException.throwIt(Status.RECORD_ABSENT);
        }
        if (m[line] == Memory.KIND_UNDO) {
            return receipt(m, line);
        }
        alive();
        memory.fetchRegisters();
        short amount = (short) (line + Memory.LINE_AMOUNT);
        if (Util.arrayCompare(m, (short) (line + Memory.LINE_COUNTER), w, Memory.COUNTER, (short) 4) != 0
                || !memory.credit(Memory.BALANCE, m, amount)
                || Amounts.subtract(w, Memory.SPENT, m, amount, w, Memory.SPENT, Amounts.LONG) != 0) {
            ISOException.throwIt(Status.CONDITIONS);
        }
        Amounts.increment(w, Memory.COUNTER);
        Util.arrayCopyNonAtomic(m, line, w, Memory.LINE, Memory.LINE_BYTES);
        w[Memory.LINE] = Memory.KIND_UNDO;
        return commitOut();
    }

    /** A debit receipt out of a line, signed, into o. */
    private short receipt(byte[] lines, short line) {
        o[0] = (byte) 0xB2;
        o[1] = (byte) 1;
        o[2] = lines[line] == Memory.KIND_UNDO ? (byte) 2 : (byte) 1;
        short at = Util.arrayCopyNonAtomic(memory.m, Memory.CARD_ID, o, (short) 3, (short) 8);
        o[at++] = lines[(short) (line + Memory.LINE_ROLE)];
        at = Util.arrayCopyNonAtomic(lines, (short) (line + Memory.LINE_PEER), o, at, (short) 8);
        at = Util.arrayCopyNonAtomic(lines, (short) (line + Memory.LINE_PEER_TRANSACTION), o, at, (short) 4);
        at = Util.arrayCopyNonAtomic(lines, (short) (line + Memory.LINE_COUNTER), o, at, (short) 4);
        at = Util.arrayCopyNonAtomic(lines, (short) (line + Memory.LINE_DAY), o, at, (short) 2);
        at = Util.arrayCopyNonAtomic(memory.m, Memory.CURRENCY, o, at, (short) 2);
        Util.arrayCopyNonAtomic(lines, (short) (line + Memory.LINE_AMOUNT), o, at, (short) 24);
        return (short) (RECEIPT_BYTES + crypto.sign(memory.ownPrivate, o, (short) 0, RECEIPT_BYTES, o, RECEIPT_BYTES));
    }
}
