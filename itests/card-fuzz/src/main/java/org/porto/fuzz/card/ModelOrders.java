// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** What orders and personalisation do to a card. */
abstract class ModelOrders extends ModelState {

    ModelOrders(Ground ground, byte[] m) {
        super(ground, m);
    }

    void apply(Outcome out, byte[] data) {
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

    boolean obeyed(byte[] id) {
        boolean known = false;
        for (int at = IDS; at < IDS + 160; at += 16) {
            known |= Arrays.equals(m, at, at + 16, id, 0, 16);
        }
        return known && !Arrays.equals(id, new byte[16]);
    }

    void result(Outcome out, byte[] order, int result) {
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

    static void remember(byte[] n, byte[] id) {
        System.arraycopy(id, 0, n, IDS + n[IDS_NEXT] * 16, 16);
        n[IDS_NEXT] = (byte) ((n[IDS_NEXT] + 1) % 10);
    }

    void money(Outcome out, byte[] p, int kind, byte[] id) {
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

    void order(Outcome out, byte[] p, int kind, byte[] id) {
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

    boolean rollOver(Outcome out, byte[] p, byte[] n) {
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

    void store(Outcome out, int item, int p2, byte[] data) {
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
    void complete(Outcome out) {
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
