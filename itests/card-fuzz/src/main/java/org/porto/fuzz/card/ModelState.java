// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a card holds, as docs/card.md has it: the persistent array, the session, the keys that the proof gave to it. */
abstract class ModelState {

    static final int STATE = 0;
    static final int STORED = 1;
    static final int RECOGNITION_LEFT = 2;
    static final int RECOGNITION_MAX = 3;
    static final int PIN_LEFT = 4;
    static final int PIN_MAX = 5;
    static final int DC_KEY_VERSION = 6;
    static final int ISSUER_KEY_VERSION = 7;
    static final int CARD_ID = 8;
    static final int CURRENCY = 16;
    static final int BALANCE_MAX = 18;
    static final int TRANSACTION_MAX = 26;
    static final int DC = 34;
    static final int AC = 42;
    static final int LC = 50;
    static final int BC = 58;
    static final int COUNTER = 66;
    static final int STATUS_SEQUENCE = 70;
    static final int ORDER_SEQUENCE = 74;
    static final int IDS_NEXT = 78;
    static final int TRANSPORT_KEY = 79;
    static final int CERTIFICATE_LENGTH = 95;
    static final int CERTIFICATE = 96;
    static final int IDS = 248;
    static final int PAIRS = 408;
    static final int LOGS = 880;
    static final int DC_KEY_BEFORE = 1784;
    static final int ISSUER_KEY_BEFORE = 1785;
    static final int DC_KEY_SLOT = 1786;
    static final int ISSUER_KEY_SLOT = 1787;
    static final int BYTES = 1788;

    static final int PAIR_BYTES = 59;
    static final int LINE_BYTES = 45;
    static final int LOG_BYTES = 452;

    /** An envelope that the proof made: what is inside, and whether the data centre signed exactly that. */
    record Order(int version, byte[] plain, byte[] signer) {}

    /** What a command may answer: refused with one of these, or done with these bytes after. */
    static final class Outcome {
        final Set<Integer> refusals = new TreeSet<>();
        byte[] next;
        /** What the answer begins with; null when it is not foreseen. */
        byte[] answer;
        /** Result of an order. */
        int result;
        /** Where the new pair secret stands that the card alone chose; 0 none. */
        int secretAt;
        boolean freshUsed;

        boolean no(boolean wrong, int status) {
            if (wrong) {
                refusals.add(status);
            }
            return wrong;
        }
    }

    final Ground ground;
    byte[] m;
    byte[] pin = Ground.PIN.clone();
    final Map<String, Order> orders = new HashMap<>();
    /** Points, the newest first. */
    byte[][] datacentreKeys;
    byte[][] issuerKeys;

    // the session, 0 when there is none
    int mode;
    int role;
    byte[] peer;
    /** Offset of the session's pairing; -1 after a new pairing. */
    int pair;
    int peerVersion;
    /** The key last shown for a roll-over; null none. */
    byte[] shownKey;
    boolean pinShown;
    boolean fresh;
    /** The card's point for the session's next load, as GET PAIR STATE showed it. */
    byte[] shownPoint = new byte[65];
    /** The card's own key, as GENERATE KEY showed it. */
    byte[] ownPoint = new byte[65];

    ModelState(Ground ground, byte[] m) {
        this.ground = ground;
        this.m = m;
        datacentreKeys = new byte[][] {ground.datacentre.point, null};
        issuerKeys = new byte[][] {ground.issuer.point, null};
    }

    static long get(byte[] from, int at) {
        return ByteBuffer.wrap(from).getLong(at);
    }

    static long get4(byte[] from, int at) {
        return ByteBuffer.wrap(from).getInt(at) & 0xFFFFFFFFL;
    }

    long get(int at) {
        return get(m, at);
    }

    long get4(int at) {
        return get4(m, at);
    }

    static void put(byte[] to, int at, long value) {
        ByteBuffer.wrap(to).putLong(at, value);
    }

    void put4(int at, long value) {
        ByteBuffer.wrap(m).putInt(at, (int) value);
    }

    void registers(long dc, long ac, long lc, long bc, long counter) {
        put(m, DC, dc);
        put(m, AC, ac);
        put(m, LC, lc);
        put(m, BC, bc);
        put4(COUNTER, counter);
    }

    static long sum(byte[] m) {
        return get(m, DC) + get(m, AC) - get(m, LC) + get(m, BC);
    }

    void pair(int slot, byte[] serial, byte[] secret, long most, int sequence) {
        ByteBuffer.wrap(m, PAIRS + slot * PAIR_BYTES, PAIR_BYTES)
                .put((byte) 1)
                .put(serial)
                .put(secret)
                .putInt(0)
                .putLong(0)
                .putLong(0)
                .putLong(most)
                .putInt(sequence);
    }

    /** Offset of the pairing with a meter, -1 for none. */
    int find(byte[] serial) {
        for (int slot = 0; slot < 8; slot++) {
            int at = PAIRS + slot * PAIR_BYTES;
            if (m[at] != 0 && Arrays.equals(m, at + 1, at + 9, serial, 0, 8)) {
                return at;
            }
        }
        return -1;
    }

    byte[] secret(int at) {
        return Arrays.copyOfRange(m, at + 9, at + 25);
    }

    boolean ending() {
        return get4(COUNTER) >= 0xFFFFFF00L;
    }

    void close() {
        mode = 0;
        pinShown = false;
        fresh = false;
        shownKey = null;
    }

    // lines of the logs

    int lines(int log) {
        return m[LOGS + log * LOG_BYTES + 1];
    }

    int line(int log, int age) {
        int head = LOGS + log * LOG_BYTES;
        return head + 2 + Math.floorMod(m[head] - 1 - age, 10) * LINE_BYTES;
    }

    static void append(byte[] m, int log, byte[] line) {
        int head = LOGS + log * LOG_BYTES;
        System.arraycopy(line, 0, m, head + 2 + m[head] * LINE_BYTES, LINE_BYTES);
        m[head] = (byte) ((m[head] + 1) % 10);
        m[head + 1] = (byte) Math.min(10, m[head + 1] + 1);
    }

    static byte[] line(byte[] after, int kind, int role, long amount, byte[] day, byte[] peer, long number, int version) {
        return ByteBuffer.allocate(LINE_BYTES)
                .put((byte) kind)
                .put((byte) role)
                .putLong(amount)
                .putLong(get(after, DC))
                .putLong(get(after, AC))
                .put(day)
                .put(peer, 0, 8)
                .putInt((int) number)
                .putInt((int) get4(after, COUNTER))
                .put((byte) version)
                .array();
    }

    void raise(byte[] next) {
        ByteBuffer.wrap(next).putInt(COUNTER, (int) (get4(COUNTER) + 1));
    }

    boolean mine(int line) {
        return m[line + 1] == role && Arrays.equals(m, line + 28, line + 36, peer, 0, 8);
    }

    static boolean isPin(byte[] data, int at) {
        int digits = 0;
        while (digits < 8 && data[at + digits] >= '0' && data[at + digits] <= '9') {
            digits++;
        }
        for (int i = digits; i < 8; i++) {
            if (data[at + i] != (byte) 0xFF) {
                return false;
            }
        }
        return digits >= 4;
    }

    /** Whether a + b leaves the range of a register. */
    static boolean beyond(long a, long b) {
        return a < 0 || b < 0 || a + b < 0;
    }
}
