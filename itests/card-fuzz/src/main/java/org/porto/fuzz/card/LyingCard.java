// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.porto.card.api.CardChannel;
import org.porto.card.api.CardCode;
import org.porto.card.api.ExchangeException;

/** A card that has all its keys and answers rightly, wrongly, at too great length or not at all, as the fuzzer chooses. */
final class LyingCard implements CardChannel {

    private static final int EXCHANGES_MAX = 200;
    private static final int[] STATUS = {
        0x9000, 0x63C0, 0x63C2, 0x6700, 0x6982, 0x6983, 0x6985, 0x6988, 0x6A80, 0x6A83, 0x6A84, 0x6A86, 0x6A88, 0x6D00, 0x6E00, 0x6F00,
        0x9401, 0x9402, 0x9403, 0x9404, 0x9405, 0x9406, 0x9407, 0x9408
    };
    private static final byte[] LOADED = "PORTO-LOAD".getBytes(StandardCharsets.US_ASCII);

    private final Feed feed;
    private final Consumer<String> trace;
    private final HostGround ground;
    private byte[] secret;
    private final Ec fresh;
    private byte[] context = new byte[0];
    private Aes root;
    private Messaging messaging;
    int exchanges;

    // what the card says of itself
    private long balance;
    private long spent;
    private long loaded;
    private long counter;
    private long transfers;
    private long moved;
    private byte[] line = new byte[0];

    /** Commands of value that arrived since this was set to zero. */
    int ordered;
    /** Whether the last answer was authentic, or in clear and whole. */
    boolean honest;
    /** Whether a session was open and an answer in it was not authentic, or none came. */
    boolean broken;
    /** The last authentic answer. */
    Messaging.Plain said = new Messaging.Plain(0, new byte[0]);
    boolean proved;
    boolean signedContext;
    private byte[] receiptBefore = new byte[0];
    private Aes receiptKey;

    LyingCard(Feed feed, HostGround ground, Consumer<String> trace) {
        this.feed = feed;
        this.ground = ground;
        this.trace = trace;
        secret = ground.secret;
        fresh = ground.fresh;
        balance = feed.seldom() ? feed.wide() : 10_000;
        spent = feed.seldom() ? feed.wide() : 0;
        loaded = feed.seldom() ? feed.wide() : 0;
        counter = feed.seldom() ? feed.number(4) & 0xFFFFFFFFL : 7;
        transfers = feed.seldom() ? feed.number(4) & 0xFFFFFFFFL : 0;
        moved = feed.seldom() ? feed.wide() : 0;
    }

    @Override
    public byte[] transmit(byte[] command) throws ExchangeException {
        trace.accept("> " + HexFormat.of().formatHex(command));
        Finding.unless(++exchanges <= EXCHANGES_MAX, "the host does not end");
        Finding.unless(command.length >= 4 && command.length <= 261, "a command of " + command.length + " bytes");
        honest = true;
        boolean inside = command[0] == (byte) 0x84;
        if (inside && (command[1] == 0x40 || command[1] == 0x54 || command[1] == 0x58 || command[1] == 0x5A)) {
            ordered++;
        }
        if (inside && messaging == null) {
            throw new Finding("a command of a session that is none");
        }
        byte[] right = inside ? secure(command) : plain(command);
        byte[] answer = right;
        if (feed.next() >= 0xF4) {
            answer = feed.next() < 0x60 ? feed.take(feed.choice(300)) : feed.bent(right);
        }
        if (feed.next() >= 0xFC) {
            honest = false;
            broken = inside;
            throw new ExchangeException(CardCode.CARD_LOST, "", null);
        }
        honest = Arrays.equals(answer, right);
        broken |= inside && !honest;
        proved &= honest || command[1] != 0x50 && command[1] != 0x52;
        trace.accept("< " + HexFormat.of().formatHex(answer) + (honest ? "" : " (bent)"));
        return answer;
    }

    private byte[] plain(byte[] command) {
        int ins = command[1] & 0xFF;
        byte[] data = command.length > 6 ? Arrays.copyOfRange(command, 5, 5 + (command[4] & 0xFF)) : new byte[0];
        broken = false;
        messaging = ins == 0x82 ? messaging : null;
        proved &= ins == 0x82;
        if (feed.next() >= 0xF0) {
            int status = STATUS[feed.choice(STATUS.length)];
            return new byte[] {(byte) (status >> 8), (byte) status};
        }
        byte[] answer = switch (ins) {
            case 0xA4 -> HexFormat.of().parseHex("6F118407F0504F52544F01A506C00101C101" + (ground.blank ? "00" : "01"));
            case 0x50 -> initPair(data);
            case 0x52 -> initPeer(data);
            default -> new byte[0];
        };
        byte[] bent = ins == 0xA4 || feed.next() < 0xE0 ? answer : feed.bent(answer);
        proved |= (ins == 0x50 || ins == 0x52) && Arrays.equals(bent, answer);
        return Aes.join(bent, new byte[] {(byte) 0x90, 0});
    }

    private byte[] initPair(byte[] data) {
        byte[] key = ground.blank ? Ground.TRANSPORT_KEY : secret;
        root = new Aes(key);
        byte[] nonce = feed.take(16);
        byte[] handle = root.derive("PORTO-HNDL", nonce, 8);
        context = Aes.join(new byte[] {(byte) (ground.blank ? 3 : 1)}, data, handle, nonce);
        messaging = new Messaging(root, context);
        return Aes.join(handle, nonce, root.derive("PORTO-CCRY", context, 16));
    }

    private byte[] initPeer(byte[] data) {
        root = fresh.agree(ground.peer.key().point);
        byte[] nonce = feed.take(16);
        byte[] hash = Ec.sha256(Arrays.copyOfRange(data, 16, data.length), fresh.point);
        context = Aes.join(new byte[] {2}, hash, Arrays.copyOf(data, 16), nonce);
        messaging = new Messaging(root, context);
        byte[] signature = ground.card.sign("PORTO-IAUT".getBytes(StandardCharsets.US_ASCII), context);
        byte[] shown = feed.bent(signature);
        signedContext = Arrays.equals(shown, signature);
        byte[] padded = Aes.pad(feed.bent(Aes.join(status(), shown)));
        byte[] named = messaging.answered(padded, feed.seldom() ? STATUS[feed.choice(STATUS.length)] : 0x9000);
        named = Arrays.copyOf(named, named.length - 2);
        return Aes.join(fresh.point, nonce, root.derive("PORTO-CCRY", context, 16), named);
    }

    private byte[] secure(byte[] command) {
        byte[] data = messaging.opened(command);
        int ins = command[1] & 0xFF;
        byte[] honestly = said(ins, command, data);
        byte[] answer = feed.bent(honestly);
        int status = 0x9000;
        if (feed.seldom()) {
            status = feed.seldom() ? feed.number(2) : STATUS[feed.choice(STATUS.length)];
            if (feed.next() < 0xC0) {
                answer = new byte[0];
            }
        }
        answer = Arrays.copyOf(answer, Math.min(answer.length, 239));
        said = new Messaging.Plain(status, answer);
        trace.accept(String.format("  %02X says %04X %s", ins, status, HexFormat.of().formatHex(answer)));
        byte[] padded = answer.length == 0 && feed.next() < 0xF0 ? answer : Aes.pad(answer);
        if (feed.next() >= 0xFC && padded.length > 0) {
            padded[padded.length - 1] ^= 1; // no padding is left, or another
            broken = true;
        }
        return messaging.answered(padded, status);
    }

    private byte[] status() {
        return ByteBuffer.allocate(69)
                .put(Ground.CARD)
                .put((byte) (feed.seldom() ? feed.next() : 1))
                .putShort((short) (feed.seldom() ? feed.number(2) : Ground.CURRENCY))
                .putLong(balance)
                .putLong(spent)
                .putLong(loaded)
                .putLong(0)
                .putLong(Ground.BALANCE_MAX)
                .putLong(Ground.TRANSACTION_MAX)
                .put((byte) 3)
                .put((byte) 10)
                .putInt((int) counter)
                .putInt(1)
                .array();
    }

    private byte[] said(int ins, byte[] command, byte[] data) {
        return switch (ins) {
            case 0xCA -> ground.certificate;
            case 0xF2 -> status();
            case 0xF4 -> ByteBuffer.allocate(162)
                    .put(status())
                    .putInt((int) transfers)
                    .putLong(0)
                    .putLong(moved)
                    .putLong(50_000)
                    .put(fresh.point)
                    .array();
            case 0xB2 -> ByteBuffer.allocate(45).put((byte) (1 + feed.choice(5))).put(feed.take(44)).array();
            case 0x40 -> load(data);
            case 0x54 -> debit(data);
            case 0x56 -> line.length > 0 ? line : signed(new byte[56]);
            case 0x58 -> undo();
            case 0x5A -> apply();
            case 0x46 -> ground.card.point;
            default -> new byte[0];
        };
    }

    private byte[] signed(byte[] body) {
        return Aes.join(body, ground.card.sign(body));
    }

    private byte[] load(byte[] data) {
        if (data.length != 85) {
            return new byte[0];
        }
        ByteBuffer in = ByteBuffer.wrap(data);
        long amount = in.getLong();
        transfers = in.getInt() & 0xFFFFFFFFL;
        byte[] day = {in.get(), in.get()};
        counter = in.getInt() & 0xFFFFFFFFL;
        moved += amount;
        balance += amount;
        loaded += amount;
        byte[] personality = ByteBuffer.allocate(42)
                .put(Ground.CARD)
                .put(Ground.METER)
                .putLong(amount)
                .putLong(moved)
                .put(day)
                .putInt((int) transfers)
                .putInt((int) counter)
                .array();
        receiptKey = new Aes(secret);
        receiptBefore = Aes.join(LOADED, personality);
        byte[] agreed = fresh.agree(Arrays.copyOfRange(data, 20, 85)).derive("PORTO-FRSH", new byte[0], 16);
        secret = receiptKey.derive("PORTO-NEXT", Aes.join(personality, agreed), 16);
        byte[] after = ByteBuffer.allocate(16).putLong(balance).putLong(moved).array();
        return Aes.join(after, receiptKey.cmac(receiptBefore, Arrays.copyOf(after, 8)));
    }

    /** Whether what the card last said is a receipt for the last load. */
    boolean receipt() {
        byte[] d = said.data();
        return said.status() == 0x9000
                && d.length == 32
                && ByteBuffer.wrap(d).getLong(8) == moved
                && Arrays.equals(receiptKey.cmac(receiptBefore, Arrays.copyOf(d, 8)), Arrays.copyOfRange(d, 16, 32));
    }

    private byte[] debit(byte[] data) {
        if (data.length != 16) {
            return new byte[0];
        }
        ByteBuffer in = ByteBuffer.wrap(data);
        long amount = in.getLong();
        int number = in.getInt();
        short day = in.getShort();
        balance -= amount;
        spent += amount;
        line = signed(ByteBuffer.allocate(56)
                .put((byte) 0xB2)
                .put((byte) 1)
                .put((byte) 1)
                .put(Ground.CARD)
                .put((byte) ground.peer.role())
                .put(ground.peer.id())
                .putInt(number)
                .putInt((int) ++counter)
                .putShort(day)
                .putShort((short) Ground.CURRENCY)
                .putLong(amount)
                .putLong(balance)
                .putLong(spent)
                .array());
        return line;
    }

    private byte[] undo() {
        if (line.length == 0) {
            return signed(new byte[56]);
        }
        byte[] body = Arrays.copyOf(line, 56);
        body[2] = 2;
        return signed(body);
    }

    private byte[] apply() {
        return signed(ByteBuffer.allocate(47)
                .put((byte) 0xB1)
                .put((byte) 1)
                .put((byte) (feed.seldom() ? feed.next() : 1 + feed.choice(7)))
                .put(Ground.CARD)
                .put(feed.take(16))
                .putLong(balance)
                .putLong(balance)
                .putInt((int) counter)
                .array());
    }
}
