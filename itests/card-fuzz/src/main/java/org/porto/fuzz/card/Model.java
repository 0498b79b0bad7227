// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What docs/card.md says that a card does, in plain Java: which status words a command may end with, and every byte of the persistent
 * array after it. Where several things are wrong with a command the card may name any of them.
 */
final class Model {

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

    private static final int PAIR_BYTES = 59;
    private static final int LINE_BYTES = 45;
    private static final int LOG_BYTES = 452;
    private static final Set<Integer> ISSUES = Set.of(0x46, 0xDA, 0x5C);
    private static final Set<Integer> SERVES =
            Set.of(0xCA, 0x20, 0x24, 0xF2, 0xF4, 0xB2, 0x40, 0x54, 0x56, 0x58, 0x5A, 0xD8);

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

        private boolean no(boolean wrong, int status) {
            if (wrong) {
                refusals.add(status);
            }
            return wrong;
        }
    }

    private final Ground ground;
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

    Model(Ground ground, byte[] m) {
        this.ground = ground;
        this.m = m;
        datacentreKeys = new byte[][] {ground.datacentre.point, null};
        issuerKeys = new byte[][] {ground.issuer.point, null};
    }

    private static long get(byte[] from, int at) {
        return ByteBuffer.wrap(from).getLong(at);
    }

    private static long get4(byte[] from, int at) {
        return ByteBuffer.wrap(from).getInt(at) & 0xFFFFFFFFL;
    }

    long get(int at) {
        return get(m, at);
    }

    long get4(int at) {
        return get4(m, at);
    }

    private static void put(byte[] to, int at, long value) {
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

    private boolean ending() {
        return get4(COUNTER) >= 0xFFFFFF00L;
    }

    void close() {
        mode = 0;
        pinShown = false;
        fresh = false;
        shownKey = null;
    }

    // lines of the logs

    private int lines(int log) {
        return m[LOGS + log * LOG_BYTES + 1];
    }

    private int line(int log, int age) {
        int head = LOGS + log * LOG_BYTES;
        return head + 2 + Math.floorMod(m[head] - 1 - age, 10) * LINE_BYTES;
    }

    private static void append(byte[] m, int log, byte[] line) {
        int head = LOGS + log * LOG_BYTES;
        System.arraycopy(line, 0, m, head + 2 + m[head] * LINE_BYTES, LINE_BYTES);
        m[head] = (byte) ((m[head] + 1) % 10);
        m[head + 1] = (byte) Math.min(10, m[head + 1] + 1);
    }

    private static byte[] line(byte[] after, int kind, int role, long amount, byte[] day, byte[] peer, long number, int version) {
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

    private void raise(byte[] next) {
        ByteBuffer.wrap(next).putInt(COUNTER, (int) (get4(COUNTER) + 1));
    }

    private boolean mine(int line) {
        return m[line + 1] == role && Arrays.equals(m, line + 28, line + 36, peer, 0, 8);
    }

    // commands

    Outcome secure(int ins, int p1, int p2, byte[] data) {
        Outcome out = new Outcome();
        out.next = m.clone();
        boolean issues = ISSUES.contains(ins);
        if (out.no(!issues && !SERVES.contains(ins), 0x6D00) || out.no(issues != (mode == 3), 0x6985)) {
            return out;
        }
        out.no(ins != 0xB2 && ins != 0xDA && (p1 | p2) != 0, 0x6A86);
        switch (ins) {
            case 0x40 -> load(out, data);
            case 0x54 -> debit(out, data);
            case 0x56 -> prove(out, data);
            case 0x58 -> undo(out, data);
            case 0x5A -> apply(out, data);
            case 0x20 -> {
                if (!out.no(data.length != 8, 0x6700)) {
                    verify(out, data);
                }
            }
            case 0x24 -> change(out, data);
            case 0xD8 -> {
                if (!out.no(data.length != 65, 0x6700)) {
                    out.no(!Ec.onCurve(data), 0x6A80);
                }
            }
            case 0xB2 -> log(out, p1, p2, data);
            case 0xDA -> store(out, p1, p2, data);
            default -> {
                if (!out.no(data.length != 0, 0x6700)) {
                    read(out, ins);
                }
            }
        }
        return out;
    }

    byte[] status() {
        return Aes.join(
                Arrays.copyOfRange(m, CARD_ID, CARD_ID + 8),
                new byte[] {m[STATE]},
                Arrays.copyOfRange(m, CURRENCY, CURRENCY + 2),
                Arrays.copyOfRange(m, DC, DC + 32),
                Arrays.copyOfRange(m, BALANCE_MAX, BALANCE_MAX + 16),
                new byte[] {m[PIN_LEFT], m[RECOGNITION_LEFT]},
                Arrays.copyOfRange(m, COUNTER, COUNTER + 4),
                Arrays.copyOfRange(m, STATUS_SEQUENCE, STATUS_SEQUENCE + 4));
    }

    private void read(Outcome out, int ins) {
        switch (ins) {
            case 0xCA -> out.answer = Arrays.copyOfRange(m, CERTIFICATE, CERTIFICATE + (m[CERTIFICATE_LENGTH] & 0xFF));
            case 0xF2 -> out.answer = status();
            case 0xF4 -> {
                if (!out.no(mode != 1 || pair <= 0, 0x6985)) {
                    out.answer = Aes.join(status(), Arrays.copyOfRange(m, pair + 25, pair + 53));
                }
            }
            case 0x46 -> out.next[STORED] |= 1;
            case 0x5C -> complete(out);
            default -> {}
        }
    }

    private void verify(Outcome out, byte[] shown) {
        if (out.no(m[PIN_LEFT] == 0, 0x6983)) {
            return;
        }
        if (Arrays.equals(shown, 0, 8, pin, 0, 8)) {
            out.next[PIN_LEFT] = m[PIN_MAX];
            return;
        }
        int left = m[PIN_LEFT] - 1;
        if (out.refusals.isEmpty()) {
            out.next[PIN_LEFT] = (byte) left;
        }
        out.no(true, left == 0 ? 0x6983 : 0x63C0 | left);
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

    private void change(Outcome out, byte[] data) {
        if (!out.no(data.length != 16, 0x6700) && !out.no(!isPin(data, 8), 0x6A80)) {
            verify(out, data);
        }
    }

    private void log(Outcome out, int log, int age, byte[] data) {
        out.no(data.length != 0, 0x6700);
        if (!out.no(log > 1 || age > 9, 0x6A86) && !out.no(age >= lines(log), 0x6A83)) {
            int at = line(log, age);
            out.answer = Arrays.copyOfRange(m, at, at + LINE_BYTES);
        }
    }

    private void alive(Outcome out) {
        out.no(m[STATE] != 1, 0x9405);
        out.no(ending(), 0x9403);
    }

    private void amount(Outcome out, long amount, byte[] data, int currency) {
        out.no(!Arrays.equals(data, currency, currency + 2, m, CURRENCY, CURRENCY + 2), 0x9404);
        out.no(amount == 0, 0x6A80);
        out.no(Long.compareUnsigned(amount, get(TRANSACTION_MAX)) > 0, 0x9402);
    }

    /** Whether a + b leaves the range of a register. */
    private static boolean beyond(long a, long b) {
        return a < 0 || b < 0 || a + b < 0;
    }

    private void load(Outcome out, byte[] data) {
        out.no(mode != 1 || pair <= 0, 0x6985);
        if (out.no(data.length != 85, 0x6700) || mode != 1 || pair <= 0) {
            return;
        }
        long amount = get(data, 0);
        alive(out);
        out.no(!pinShown, 0x6982);
        amount(out, amount, data, 18);
        out.no(Long.compareUnsigned(amount, get(pair + 45)) > 0, 0x9402);
        long transfers = get4(pair + 25) + 1;
        out.no(transfers > 0xFFFFFFFFL, 0x9403);
        out.no(get4(data, 8) != (transfers & 0xFFFFFFFFL) || get4(data, 14) != (get4(COUNTER) + 1 & 0xFFFFFFFFL), 0x6985);
        out.no(beyond(get(DC), amount) || get(DC) + amount > get(BALANCE_MAX), 0x6A84);
        out.no(beyond(get(LC), amount) || beyond(get(pair + 37), amount), 0x9403);
        byte[] point = Arrays.copyOfRange(data, 20, 85);
        out.no(!fresh || point[0] != 4, 0x6985);
        out.freshUsed = out.refusals.isEmpty();
        out.no(!Ec.onCurve(point), 0x6A80);
        if (!out.refusals.isEmpty()) {
            return;
        }
        byte[] n = out.next;
        put(n, DC, get(DC) + amount);
        put(n, LC, get(LC) + amount);
        raise(n);
        ByteBuffer.wrap(n).putInt(pair + 25, (int) transfers).putLong(pair + 29, amount).putLong(pair + 37, get(pair + 37) + amount);
        byte[] serial = Arrays.copyOfRange(m, pair + 1, pair + 9);
        byte[] day = Arrays.copyOfRange(data, 12, 14);
        append(n, 0, line(n, 1, 2, amount, day, serial, transfers, m[pair + 56]));
        byte[] personality = Aes.join(
                Arrays.copyOfRange(m, CARD_ID, CARD_ID + 8),
                serial,
                Arrays.copyOfRange(n, pair + 29, pair + 45),
                day,
                Arrays.copyOfRange(n, pair + 25, pair + 29),
                Arrays.copyOfRange(n, COUNTER, COUNTER + 4));
        Aes old = new Aes(secret(pair));
        byte[] balance = Arrays.copyOfRange(n, DC, DC + 8);
        out.answer = Aes.join(
                balance, Arrays.copyOfRange(n, pair + 37, pair + 45), old.cmac("PORTO-LOAD".getBytes(), personality, balance));
        if (Arrays.equals(point, ground.fresh.point)) {
            byte[] agreed = ground.fresh.agree(shownPoint).derive("PORTO-FRSH", new byte[0], 16);
            System.arraycopy(old.derive("PORTO-NEXT", Aes.join(personality, agreed), 16), 0, n, pair + 9, 16);
        } else {
            out.secretAt = pair + 9;
        }
    }

    private void debit(Outcome out, byte[] data) {
        out.no(mode != 2, 0x6985);
        if (out.no(data.length != 16, 0x6700) || mode != 2) {
            return;
        }
        long amount = get(data, 0);
        alive(out);
        amount(out, amount, data, 14);
        for (int age = 0; age < lines(1); age++) {
            int line = line(1, age);
            out.no(mine(line) && get4(data, 8) <= get4(line + 36), 0x6985);
        }
        out.no(Long.compareUnsigned(amount, get(DC)) > 0, 0x9401);
        out.no(beyond(get(AC), amount), 0x9403);
        if (!out.refusals.isEmpty()) {
            return;
        }
        byte[] n = out.next;
        put(n, DC, get(DC) - amount);
        put(n, AC, get(AC) + amount);
        raise(n);
        byte[] line = line(n, 4, role, amount, Arrays.copyOfRange(data, 12, 14), peer, get4(data, 8), peerVersion);
        append(n, 1, line);
        out.answer = receipt(line);
    }

    private byte[] receipt(byte[] line) {
        return Aes.join(
                new byte[] {(byte) 0xB2, 1, (byte) (line[0] == 5 ? 2 : 1)},
                Arrays.copyOfRange(m, CARD_ID, CARD_ID + 8),
                new byte[] {line[1]},
                Arrays.copyOfRange(line, 28, 44),
                Arrays.copyOfRange(line, 26, 28),
                Arrays.copyOfRange(m, CURRENCY, CURRENCY + 2),
                Arrays.copyOfRange(line, 2, 26));
    }

    private void prove(Outcome out, byte[] data) {
        out.no(mode != 2, 0x6985);
        if (out.no(data.length != 8, 0x6700) || mode != 2) {
            return;
        }
        for (int age = 0; age < lines(1); age++) {
            int at = line(1, age);
            if (mine(at) && get4(at + 36) == get4(data, 0)) {
                out.answer = receipt(Arrays.copyOfRange(m, at, at + LINE_BYTES));
                return;
            }
        }
        boolean lost = lines(1) == 10 && get4(line(1, 9) + 40) > get4(data, 4) + 1;
        out.no(true, lost ? 0x9406 : 0x6A83);
    }

    private void undo(Outcome out, byte[] data) {
        out.no(mode != 2, 0x6985);
        if (out.no(data.length != 4, 0x6700) || mode != 2) {
            return;
        }
        int at = line(1, 0);
        if (out.no(lines(1) == 0 || !mine(at) || get4(at + 36) != get4(data, 0), 0x6A83)) {
            return;
        }
        byte[] line = Arrays.copyOfRange(m, at, at + LINE_BYTES);
        if (line[0] == 5) {
            out.answer = receipt(line);
            return;
        }
        alive(out);
        long amount = get(line, 2);
        out.no(get4(line, 40) != get4(COUNTER), 0x6985);
        out.no(beyond(get(DC), amount) || get(AC) < amount, 0x6985);
        if (out.refusals.isEmpty()) {
            byte[] n = out.next;
            put(n, DC, get(DC) + amount);
            put(n, AC, get(AC) - amount);
            raise(n);
            byte[] undone = line(n, 5, line[1], amount, Arrays.copyOfRange(line, 26, 28), peer, get4(line, 36), line[44]);
            append(n, 1, undone);
            out.answer = receipt(undone);
        }
    }

    // orders

    private void apply(Outcome out, byte[] data) {
        Order order = orders.get(HexFormat.of().formatHex(data));
        if (out.no(data.length < 131 || (data.length - 83) % 16 != 0, 0x6700)) {
            return;
        }
        if (order == null) {
            out.no(data[0] != 1, 0x6A80);
            out.no(key(true, data[1]) == null, 0x6A88);
            out.no(!Ec.onCurve(Arrays.copyOfRange(data, 2, 67)), 0x6A80);
            out.no(true, 0x6982);
            return;
        }
        byte[] p = order.plain();
        int kind = p.length > 2 ? p[2] : 0;
        int body = orderBytes(kind);
        byte[] key = key(true, order.version());
        out.no(key == null, 0x6A88);
        if (out.no(body < 0 || p.length <= body || p[0] != (byte) 0xA1 || p[1] != 1 || (p[3] & 0xFF) != (order.version() & 0xFF), 0x6A80)
                || out.no(key != null && !Arrays.equals(key, order.signer()), 0x6982)
                || out.no(!Arrays.equals(p, 4, 12, m, CARD_ID, CARD_ID + 8), 0x9407)
                || !out.refusals.isEmpty()) {
            return;
        }
        byte[] id = Arrays.copyOfRange(p, 12, 28);
        if (obeyed(id)) {
            result(out, p, 2);
        } else if (kind <= 2) {
            money(out, p, kind, id);
        } else {
            order(out, p, kind, id);
        }
    }

    static int orderBytes(int kind) {
        return switch (kind) {
            case 1, 2 -> 52;
            case 3 -> 66;
            case 4, 5, 6, 7 -> 34;
            case 8 -> 68;
            default -> -1;
        };
    }

    private boolean obeyed(byte[] id) {
        boolean known = false;
        for (int at = IDS; at < IDS + 160; at += 16) {
            known |= Arrays.equals(m, at, at + 16, id, 0, 16);
        }
        return known && !Arrays.equals(id, new byte[16]);
    }

    private void result(Outcome out, byte[] order, int result) {
        out.result = result;
        out.answer = ByteBuffer.allocate(47)
                .put((byte) 0xB1)
                .put((byte) 1)
                .put((byte) result)
                .put(m, CARD_ID, 8)
                .put(order, 12, 16)
                .putLong(sum(out.next))
                .putLong(get(out.next, DC))
                .putInt((int) get4(out.next, COUNTER))
                .array();
    }

    private static void remember(byte[] n, byte[] id) {
        System.arraycopy(id, 0, n, IDS + n[IDS_NEXT] * 16, 16);
        n[IDS_NEXT] = (byte) ((n[IDS_NEXT] + 1) % 10);
    }

    private void money(Outcome out, byte[] p, int kind, byte[] id) {
        long amount = get(p, 36);
        if (out.no(amount == 0, 0x6A80)) {
            return;
        }
        int ahead = Long.compareUnsigned(sum(m), get(p, 44));
        if (ahead != 0) {
            result(out, p, ahead < 0 ? 3 : 4);
        } else if (m[STATE] != 1 || ending()) {
            result(out, p, 6);
        } else if (!Arrays.equals(p, 34, 36, m, CURRENCY, CURRENCY + 2)) {
            result(out, p, 7);
        } else {
            int register = kind == 1 ? DC : BC;
            byte[] n = m.clone();
            put(n, register, get(register) + amount);
            boolean fits = !beyond(get(register), amount) && (kind == 2 || get(n, DC) <= get(BALANCE_MAX)) && sum(n) >= 0;
            if (!fits) {
                result(out, p, 5);
                return;
            }
            raise(n);
            append(n, 0, line(n, kind + 1, 0, amount, new byte[2], id, get4(p, 28), p[3]));
            remember(n, id);
            System.arraycopy(p, 28, n, STATUS_SEQUENCE, 4);
            out.next = n;
            result(out, p, 1);
        }
    }

    private void order(Outcome out, byte[] p, int kind, byte[] id) {
        byte[] n = m.clone();
        int slot = kind == 3 ? find(Arrays.copyOfRange(p, 34, 42)) : 0;
        for (int i = 0; slot < 0 && i < 8; i++) {
            slot = m[PAIRS + i * PAIR_BYTES] == 0 ? PAIRS + i * PAIR_BYTES : -1;
        }
        if (get4(p, 28) <= get4(ORDER_SEQUENCE)) {
            result(out, p, 4);
        } else if (m[STATE] == 3 || kind == 3 && m[STATE] != 1) {
            result(out, p, 6);
        } else if (kind == 8 && !rollOver(out, p, n)) {
            if (out.refusals.isEmpty()) {
                result(out, p, 4);
            }
        } else if (slot < 0) {
            result(out, p, 5);
        } else {
            switch (kind) {
                case 3 -> {
                    n[slot] = 1;
                    System.arraycopy(p, 34, n, slot + 1, 24);
                    System.arraycopy(p, 58, n, slot + 45, 8);
                    System.arraycopy(p, 28, n, slot + 53, 4);
                }
                case 4 -> {
                    n[PIN_LEFT] = n[PIN_MAX];
                    n[RECOGNITION_LEFT] = n[RECOGNITION_MAX];
                }
                case 5 -> n[STATE] = 2;
                case 6 -> n[STATE] = 1;
                case 7 -> n[STATE] = 3;
                default -> {}
            }
            remember(n, id);
            System.arraycopy(p, 28, n, ORDER_SEQUENCE, 4);
            System.arraycopy(p, 28, n, STATUS_SEQUENCE, 4);
            out.next = n;
            result(out, p, 1);
        }
    }

    /** The key of a version that the card has, null for none: the proof knows by the bytes that it gave. */
    byte[] key(boolean datacentre, int version) {
        int at = datacentre ? DC_KEY_VERSION : ISSUER_KEY_VERSION;
        int before = datacentre ? DC_KEY_BEFORE : ISSUER_KEY_BEFORE;
        byte[][] keys = datacentre ? datacentreKeys : issuerKeys;
        if ((byte) version == 0) {
            return null;
        }
        return (byte) version == m[at] ? keys[0] : (byte) version == m[before] ? keys[1] : null;
    }

    private boolean rollOver(Outcome out, byte[] p, byte[] n) {
        boolean datacentre = p[34] == 1;
        int at = datacentre ? DC_KEY_VERSION : ISSUER_KEY_VERSION;
        if (out.no(p[34] != 1 && p[34] != 2, 0x6A80) | out.no(p[3] != m[DC_KEY_VERSION], 0x6A88) || (p[35] & 0xFF) <= (m[at] & 0xFF)) {
            return false;
        }
        if (out.no(shownKey == null || !Arrays.equals(Ec.sha256(shownKey), Arrays.copyOfRange(p, 36, 68)), 0x9408)) {
            return false;
        }
        n[datacentre ? DC_KEY_BEFORE : ISSUER_KEY_BEFORE] = m[at];
        n[at] = p[35];
        n[datacentre ? DC_KEY_SLOT : ISSUER_KEY_SLOT] ^= 1;
        return true;
    }

    /** After an order that rolled a key over. */
    void rolledOver(byte[] before) {
        if (before[DC_KEY_SLOT] != m[DC_KEY_SLOT]) {
            datacentreKeys = new byte[][] {shownKey, datacentreKeys[0]};
        }
        if (before[ISSUER_KEY_SLOT] != m[ISSUER_KEY_SLOT]) {
            issuerKeys = new byte[][] {shownKey, issuerKeys[0]};
        }
    }

    // personalisation

    private void store(Outcome out, int item, int p2, byte[] data) {
        out.no(p2 != 0 || item < 1 || item > 5, 0x6A86);
        byte[] n = out.next;
        switch (item) {
            case 1 -> {
                if (!out.no(data.length != 28, 0x6700)
                        && !out.no(data[26] < 1 || data[26] > 15 || data[27] < 1 || data[10] < 0 || data[18] < 0, 0x6A80)) {
                    System.arraycopy(data, 0, n, CARD_ID, 26);
                    n[PIN_MAX] = data[26];
                    n[PIN_LEFT] = data[26];
                    n[RECOGNITION_MAX] = data[27];
                    n[RECOGNITION_LEFT] = data[27];
                }
            }
            case 2 -> {
                if (!out.no(data.length < 86 || data.length > 150, 0x6700)) {
                    System.arraycopy(data, 0, n, CERTIFICATE, data.length);
                    n[CERTIFICATE_LENGTH] = (byte) data.length;
                }
            }
            case 3, 4 -> {
                if (!out.no(data.length != 66, 0x6700)
                        && !out.no(data[0] == 0 || !Ec.onCurve(Arrays.copyOfRange(data, 1, 66)), 0x6A80)) {
                    n[item == 3 ? DC_KEY_VERSION : ISSUER_KEY_VERSION] = data[0];
                }
            }
            case 5 -> {
                if (!out.no(data.length != 8, 0x6700)) {
                    out.no(!isPin(data, 0), 0x6A80);
                }
            }
            default -> {}
        }
        if (out.refusals.isEmpty()) {
            n[STORED] |= (byte) (1 << item);
        }
    }

    /** Certified is checked by the card against what it holds; the proof knows by the bytes that it gave. */
    private void complete(Outcome out) {
        if (out.no(m[STORED] != 0x3F, 0x6985)) {
            return;
        }
        int length = m[CERTIFICATE_LENGTH] & 0xFF;
        byte[] c = Arrays.copyOfRange(m, CERTIFICATE, CERTIFICATE + length);
        boolean good = c[0] == 1
                && c[1] == 1
                && Arrays.equals(c, 2, 10, m, CARD_ID, CARD_ID + 8)
                && Arrays.equals(c, 10, 75, ownPoint, 0, 65)
                && c[77] == m[ISSUER_KEY_VERSION]
                && Ec.verify(issuerKeys[0], Arrays.copyOfRange(c, 78, length), Arrays.copyOf(c, 78));
        if (!out.no(!good, 0x6A80)) {
            Arrays.fill(out.next, TRANSPORT_KEY, TRANSPORT_KEY + 16, (byte) 0);
            out.next[STATE] = 1;
        }
    }
}
