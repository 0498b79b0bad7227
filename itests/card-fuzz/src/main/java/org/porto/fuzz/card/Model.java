// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;

/**
 * What docs/card.md says that a card does, in plain Java: which status words a command may end with, and every byte of the persistent
 * array after it. Where several things are wrong with a command the card may name any of them.
 */
final class Model extends ModelOrders {

    private static final Set<Integer> ISSUES = Set.of(0x46, 0xDA, 0x5C);
    private static final Set<Integer> SERVES =
            Set.of(0xCA, 0x20, 0x24, 0xF2, 0xF4, 0xB2, 0x40, 0x54, 0x56, 0x58, 0x5A, 0xD8);

    Model(Ground ground, byte[] m) {
        super(ground, m);
    }

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
}
