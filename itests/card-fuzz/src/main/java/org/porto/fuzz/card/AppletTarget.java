// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.porto.javacard.runtime.api.PowerCut;

/**
 * The applet under any sequence of commands. The harness knows the keys, so that what the fuzzer chooses comes behind the MAC too; after
 * each command every byte of the card's memory and the status word are compared with the {@link Model}.
 */
public final class AppletTarget {

    private static final int STEPS_MAX = 24;
    private static final int WRITES_MAX = 64;
    private static final int[] INSTRUCTIONS = {
        0xCA, 0x20, 0x24, 0xF2, 0xF4, 0xB2, 0x40, 0x54, 0x56, 0x58, 0x5A, 0xD8, 0x46, 0xDA, 0x5C, 0x50, 0x52, 0x82, 0xA4
    };

    private static Ground ground;

    private final Feed feed;
    private final Consumer<String> trace;
    private final Desk desk;
    private final Model model;
    private final Offers offers;
    private boolean selected;
    private int last;
    /** The card waits for AUTHENTICATE or a first command. */
    private boolean opening;
    private int nextMode;
    private int nextRole;
    private byte[] nextPeer;
    private int nextPair;
    /** The card does not know the meter, and does not say so. */
    private boolean strange;

    private AppletTarget(byte[] input, Consumer<String> trace) {
        feed = new Feed(input);
        this.trace = trace;
        int kind = feed.choice(8);
        trace.accept("card of kind " + kind);
        model = new Model(ground, ground.begin(kind));
        desk = new Desk(ground.machine, trace);
        model.ownPoint = ground.cardPoint;
        offers = new Offers(feed, ground, model, key -> secured(0xD8, 0, 0, key));
    }

    /** For the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        run(input, line -> {});
    }

    static void run(byte[] input, Consumer<String> trace) {
        if (ground == null) {
            ground = new Ground();
        }
        AppletTarget run = new AppletTarget(input, trace);
        for (int step = 0; step < STEPS_MAX && run.feed.more(); step++) {
            run.step();
        }
    }

    private void step() {
        switch (feed.choice(16)) {
            case 0 -> raw(feed.take(feed.next()));
            case 1 -> raw(Desk.apdu(feed.seldom() ? feed.next() : 0x80, any(), feed.choice(2), feed.choice(2), feed.take(feed.choice(120))));
            case 2 -> select();
            case 3, 4 -> open();
            case 5 -> opensBadly();
            case 6 -> damaged();
            case 7 -> {
                if (feed.seldom()) {
                    tear();
                } else {
                    powerUp();
                }
            }
            case 8 -> secured(feed.seldom() ? feed.next() : any(), feed.choice(3), feed.choice(12), feed.take(feed.choice(240)));
            default -> command();
        }
    }

    private int any() {
        return INSTRUCTIONS[feed.choice(INSTRUCTIONS.length)];
    }

    // What the card must do

    private void same(String what) {
        byte[] now = ground.persistent();
        int at = Arrays.mismatch(now, model.m);
        if (at >= 0) {
            throw new Finding(String.format("%s: byte %d of the memory is %02X, not %02X", what, at, now[at], model.m[at]));
        }
    }

    private static void status(int status, Set<Integer> allowed, String what) {
        if (!allowed.contains(status)) {
            Set<String> names = new TreeSet<>();
            allowed.forEach(sw -> names.add(String.format("%04X", sw)));
            throw new Finding(String.format("%s: status word %04X, not of %s", what, status, names));
        }
    }

    private byte[] send(byte[] command, String what) {
        long writes = ground.machine.persistentWrites();
        byte[] answer = desk.send(command);
        last = Desk.status(answer);
        Finding.unless(answer.length >= 2 && answer.length <= 258, what + ": answer of " + answer.length + " bytes");
        Finding.unless(ground.machine.persistentWrites() - writes <= WRITES_MAX, what + ": writes without end");
        return answer;
    }

    private void dead() {
        model.close();
        opening = false;
    }

    private void powerUp() {
        desk.power();
        dead();
        selected = false;
        same("power");
    }

    private void select() {
        byte[] answer = send(Desk.apdu(0, 0xA4, 4, 0, Desk.AID), "select");
        byte[] wanted = HexFormat.of().parseHex("6F118407F0504F52544F01A506C00101C101" + String.format("%02X", model.m[0]) + "9000");
        Finding.unless(Arrays.equals(answer, wanted), "select: " + HexFormat.of().formatHex(answer));
        dead();
        selected = true;
        same("select");
    }

    /** Any bytes at all, outside or in a session without its keys. */
    private void raw(byte[] command) {
        if (command.length < 4) {
            return;
        }
        boolean body = command.length > 5;
        int length = body ? command[4] & 0xFF : 0;
        boolean wrong = body && (length == 0 || command.length - 5 - length > 1 || command.length - 5 - length < 0);
        byte[] data = body && !wrong ? Arrays.copyOfRange(command, 5, 5 + length) : new byte[0];
        String what = "raw " + HexFormat.of().formatHex(Arrays.copyOf(command, 4));
        boolean selects = !wrong && command[0] == 0 && command[1] == (byte) 0xA4 && command[2] == 4 && (command[3] & 0xF3) == 0;
        if (selects && data.length >= 5 && data.length <= 7 && Arrays.equals(data, 0, data.length, Desk.AID, 0, data.length)) {
            dead();
            selected = true;
            status(Desk.status(send(command, what)), Set.of(0x9000), what);
        } else if (wrong) {
            status(Desk.status(send(command, what)), Set.of(0x6700), what);
        } else if (!selected) {
            status(Desk.status(send(command, what)), Set.of(selects ? 0x6A82 : 0x6999), what);
        } else if (command[0] == (byte) 0x84) {
            status(Desk.status(send(command, what)), Set.of(0x6988), what);
            wrongFirst();
        } else if (command[0] != (byte) 0x80) {
            status(Desk.status(send(command, what)), Set.of(0x6E00), what);
            if (model.mode != 0 || command[1] != (byte) 0x82) {
                dead();
            }
        } else {
            if (model.mode != 0 || command[1] != (byte) 0x82) {
                dead();
            }
            plain(command, data, what);
        }
        same(what);
    }

    private void plain(byte[] command, byte[] data, String what) {
        int ins = command[1] & 0xFF;
        clear(command, data, what);
        Finding.unless(Documents.lists(0x8000 | ins, last), String.format("%s: %04X is not among its words in docs/card.md", what, last));
    }

    private void clear(byte[] command, byte[] data, String what) {
        int ins = command[1] & 0xFF;
        if (ins != 0x50 && ins != 0x52 && ins != 0x82) {
            status(Desk.status(send(command, what)), Set.of(0x6D00), what);
        } else if ((command[2] | command[3]) != 0) {
            status(Desk.status(send(command, what)), Set.of(0x6A86), what);
        } else if (ins == 0x50) {
            Set<Integer> allowed = pairStatus(data);
            boolean kills = data.length == 24;
            int status = Desk.status(send(command, what));
            status(status, allowed, what);
            if (kills) {
                dead();
            }
            if (status == 0x9000) {
                opens(3, 0, null, 0); // without its secret nobody goes on from here
            }
        } else if (ins == 0x52) {
            boolean length = data.length < 16 + 78 + 8 || data.length > 16 + 78 + 72;
            status(Desk.status(send(command, what)), length ? Set.of(0x6700) : Set.of(0x6985, 0x6A80, 0x6A88, 0x6982), what);
            if (!length) {
                dead();
            }
        } else {
            proof(command, data, new byte[0], what);
        }
    }

    private Set<Integer> pairStatus(byte[] data) {
        if (data.length != 24) {
            return Set.of(0x6700);
        }
        if (model.m[Model.RECOGNITION_LEFT] == 0) {
            return Set.of(0x6983);
        }
        byte[] serial = Arrays.copyOf(data, 8);
        if (model.m[Model.STATE] == 0) {
            return Arrays.equals(serial, Desk.ISSUER) ? Set.of(0x9000) : Set.of(0x6985);
        }
        return Set.of(0x9000);
    }

    private void opens(int mode, int role, byte[] peer, int pair) {
        opening = true;
        nextMode = mode;
        nextRole = role;
        nextPeer = peer;
        nextPair = pair;
    }

    /** AUTHENTICATE with that proof. */
    private void proof(byte[] command, byte[] data, byte[] right, String what) {
        if (!opening) {
            status(Desk.status(send(command, what)), Set.of(0x6985), what);
            return;
        }
        boolean counted = nextMode != 2;
        byte left = model.m[Model.RECOGNITION_LEFT];
        Set<Integer> allowed;
        if (data.length != 16) {
            allowed = Set.of(0x6700);
        } else if (counted && left == 0) {
            allowed = Set.of(0x6983);
        } else if (Arrays.equals(data, right)) {
            allowed = Set.of(0x9000);
            if (counted) {
                model.m[Model.RECOGNITION_LEFT] = model.m[Model.RECOGNITION_MAX];
            }
        } else {
            allowed = Set.of(0x6982);
            if (counted) {
                model.m[Model.RECOGNITION_LEFT]--;
            }
        }
        byte[] answer = command == null ? desk.authenticate(data) : send(command, what);
        status(Desk.status(answer), allowed, what);
        dead();
        if (allowed.contains(0x9000)) {
            opened();
        }
    }

    private void opened() {
        model.mode = nextMode;
        model.peerVersion = 1;
        model.role = nextRole;
        model.peer = nextPeer;
        model.pair = nextPair;
    }

    /** Under secure messaging, but not with the keys: where it is the first command, a secret's recognition has used a try. */
    private void wrongFirst() {
        if (opening && nextMode != 2) {
            model.m[Model.RECOGNITION_LEFT]--;
        }
        dead();
    }

    /** The first command instead of AUTHENTICATE: right, or with a bit turned in it. */
    private void first() {
        int ins = nextMode == 3 ? 0x46 : feed.next() < 0x80 ? 0xF2 : any();
        byte[] data = ins == 0xF2 || nextMode == 3 ? new byte[0] : feed.take(feed.choice(60));
        if (strange || feed.seldom()) {
            byte[] command = desk.wrap(ins, 0, 0, data.length == 0 ? data : Aes.pad(data));
            int at = 5 + feed.choice(command.length - 6);
            command[at] ^= (byte) (1 << feed.choice(8));
            status(Desk.status(send(command, "wrong first")), Set.of(0x6988), "wrong first");
            wrongFirst();
            same("wrong first");
            return;
        }
        opening = false;
        if (nextMode != 2) {
            model.m[Model.RECOGNITION_LEFT] = model.m[Model.RECOGNITION_MAX];
        }
        opened();
        secured(ins, 0, 0, data);
    }

    // Sessions

    private void open() {
        if (!selected) {
            select();
        }
        init(feed.choice(8) % 6);
        if (opening && feed.next() < 0x80) {
            first();
        } else if (opening) {
            byte[] proof = desk.proof();
            proof(null, proof, strange ? new byte[0] : proof, "authenticate");
            same("authenticate");
        }
    }

    private void init(int who) {
        strange = false;
        if (model.mode != 0) {
            dead();
        }
        byte[] nonce = ByteBuffer.allocate(16).put(0, (byte) feed.next()).array();
        if (who < 3) {
            boolean blank = model.m[Model.STATE] == 0;
            byte[] serial = blank ? Desk.ISSUER : who == 2 ? Ground.SECOND : Ground.METER;
            int pair = blank ? 0 : model.find(serial);
            byte[] secret = blank
                    ? Arrays.copyOfRange(model.m, Model.TRANSPORT_KEY, Model.TRANSPORT_KEY + 16)
                    : pair < 0 ? new byte[16] : model.secret(pair);
            int mode = blank ? 3 : 1;
            Set<Integer> allowed = pairStatus(Aes.join(serial, nonce));
            byte[] answer = desk.initPair(mode, serial, secret, nonce);
            status(Desk.status(answer), allowed, "init pair");
            dead();
            if (allowed.contains(0x9000)) {
                opens(mode, 2, serial, pair);
            }
            boolean known = blank || pair >= 0;
            Finding.unless(!opening || desk.handle == known, "a handle that is not of the card's secret");
            if (known) {
                shown(answer, 24);
            }
            strange = !known;
        } else {
            Peer peer = List.of(ground.shop, ground.otherShop, ground.station).get(who - 3);
            byte[] answer = desk.initPeer(peer, nonce);
            status(Desk.status(answer), peerStatus(), "init peer");
            dead();
            if (Desk.status(answer) == 0x9000) {
                opens(2, peer.role(), peer.id(), 0);
            }
            shown(answer, 81);
            if (opening) {
                named();
            }
        }
        same("init");
    }

    /** Who the card says it is, in its answer to INIT PEER, and that it has its key. */
    private void named() {
        Finding.unless(desk.named != null && desk.named.status() == 0x9000, "the answer to INIT PEER is not authentic");
        byte[] said = desk.named.data();
        byte[] status = model.status();
        Finding.unless(Arrays.equals(said, 0, status.length, status, 0, status.length), "INIT PEER told another status");
        byte[] signature = Arrays.copyOfRange(said, status.length, said.length);
        byte[] label = "PORTO-IAUT".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Finding.unless(Ec.verify(model.ownPoint, signature, Aes.join(label, desk.context())), "INIT PEER signed otherwise");
    }

    /** What certificates of the issuer's first key come to. */
    private Set<Integer> peerStatus() {
        byte[] key = model.key(false, 1);
        boolean ours = Arrays.equals(key, ground.issuer.point);
        return Set.of(model.m[Model.STATE] == 0 ? 0x6985 : key == null ? 0x6A88 : ours ? 0x9000 : 0x6982);
    }

    private void shown(byte[] answer, int at) {
        if (opening) {
            Finding.unless(
                    Arrays.equals(answer, at, at + 16, desk.cardProof(), 0, 16), "the card's proof is not of this session");
        }
    }

    /** Recognition with something wrong in it. */
    private void opensBadly() {
        if (!selected) {
            select();
        }
        switch (feed.choice(4)) {
            case 0 -> {
                init(feed.choice(8) % 6);
                if (opening) {
                    byte[] right = strange ? new byte[0] : desk.proof();
                    byte[] shown = feed.bent(desk.proof());
                    proof(null, shown, right, "authenticate");
                    same("authenticate");
                }
            }
            case 1 -> {
                if (model.mode != 0) {
                    dead();
                }
                byte[] data = Aes.join(feed.take(16), ground.shop.certificate());
                byte[] bent = feed.bent(data);
                boolean right = bent.length == data.length && Arrays.equals(data, 16, data.length, bent, 16, bent.length);
                Set<Integer> allowed = new TreeSet<>(Set.of(0x6A80, 0x6A88, 0x6982));
                if (model.m[Model.STATE] == 0) {
                    allowed = Set.of(0x6985);
                } else if (right) {
                    allowed = peerStatus();
                }
                if (bent.length < 16 + 78 + 8 || bent.length > 16 + 78 + 72) {
                    allowed = Set.of(0x6700);
                }
                int status = Desk.status(send(Desk.apdu(0x80, 0x52, 0, 0, bent), "init peer"));
                status(status, allowed, "init peer");
                dead();
                if (status == 0x9000) {
                    opens(2, 3, ground.shop.id(), 0);
                }
                same("init peer");
            }
            case 2 -> {
                if (model.mode != 0) {
                    dead();
                }
                int status = Desk.status(desk.initPeer(ground.fake, new byte[16]));
                status(status, Set.of(model.m[Model.STATE] == 0 ? 0x6985 : model.key(false, 1) == null ? 0x6A88 : 0x6982), "init peer by a stranger");
                dead();
                same("init peer");
            }
            default -> raw(Desk.apdu(0x80, 0x82, 0, 0, feed.take(16)));
        }
    }

    private boolean session() {
        if (model.mode == 0) {
            open();
        }
        return model.mode != 0;
    }

    // Commands in a session

    /** A right command but for a bit in it, or with wrong padding. */
    private void damaged() {
        if (!session()) {
            return;
        }
        int ins = any();
        byte[] data = feed.take(feed.choice(60));
        byte[] command;
        if (feed.next() < 0x80) {
            command = desk.wrap(ins, 0, 0, data.length == 0 ? data : Aes.pad(data));
            int at = feed.choice(command.length - 1);
            if (at == 0 || at == 4) {
                at = 1; // another class or length is another case: raw
            }
            command[at] ^= (byte) (1 + feed.choice(255));
        } else {
            byte[] unpadded = Arrays.copyOf(data, Math.max(16, data.length / 16 * 16));
            for (int i = unpadded.length - 16; i < unpadded.length; i++) {
                unpadded[i] = 0;
            }
            unpadded[unpadded.length - 1 - feed.choice(16)] = (byte) (1 + feed.choice(0x7F));
            command = desk.wrap(ins, 0, 0, unpadded);
        }
        status(Desk.status(send(command, "damaged")), Set.of(0x6988), "damaged");
        dead();
        same("damaged");
        status(Desk.status(send(desk.wrap(0xF2, 0, 0, new byte[0]), "after it")), Set.of(0x6988), "after a failed exchange");
        same("after a failed exchange");
    }

    private void secured(int ins, int p1, int p2, byte[] data) {
        if (!session()) {
            return;
        }
        byte[] plain = Arrays.copyOf(data, Math.min(239, data.length));
        String what = String.format("%02X %02X%02X with %d bytes", ins, p1, p2, plain.length);
        trace.accept(what + ": " + HexFormat.of().formatHex(plain));
        Model.Outcome wanted = model.secure(ins, p1, p2, plain);
        byte[] padded = plain.length == 0 && feed.next() < 0xF0 ? plain : Aes.pad(plain);
        Messaging.Plain got = desk.open(send(desk.wrap(ins, p1, p2, padded), what));
        Finding.unless(got != null, what + ": answer without authentic status");
        if (wanted.refusals.isEmpty()) {
            status(got.status(), Set.of(0x9000), what);
            byte[] begins = wanted.answer == null ? new byte[0] : wanted.answer;
            boolean right = got.data().length >= begins.length && Arrays.equals(begins, Arrays.copyOf(got.data(), begins.length));
            Finding.unless(right, what + ": answers " + HexFormat.of().formatHex(got.data()));
        } else {
            status(got.status(), wanted.refusals, what);
            Finding.unless(got.data().length == 0, what + ": refused with data");
        }
        Finding.unless(Documents.lists(0x8400 | ins, got.status()), String.format("%s: %04X is not among its words in docs/card.md", what, got.status()));
        settle(ins, p1, plain, wanted, got);
        same(what);
    }

    /** The model after the command. */
    private void settle(int ins, int item, byte[] data, Model.Outcome wanted, Messaging.Plain got) {
        boolean done = wanted.refusals.isEmpty();
        byte[] before = model.m;
        model.m = wanted.next;
        if (wanted.freshUsed) {
            model.fresh = false;
        }
        if (wanted.secretAt != 0) {
            byte[] now = ground.persistent();
            int at = wanted.secretAt;
            Finding.unless(!Arrays.equals(now, at, at + 16, before, at, at + 16), "the secret did not move with a load");
            System.arraycopy(now, at, model.m, at, 16);
        }
        switch (ins) {
            case 0x20 -> model.pinShown = done || got.status() == 0x6700 && model.pinShown || got.status() == 0x6A86 && model.pinShown;
            case 0x24 -> {
                if (done) {
                    model.pin = Arrays.copyOfRange(data, 8, 16);
                    model.pinShown = true;
                } else if (got.status() == 0x6983 || (got.status() & 0xFFF0) == 0x63C0) {
                    model.pinShown = false;
                }
            }
            case 0xF4 -> {
                if (done) {
                    byte[] point = Arrays.copyOfRange(got.data(), 69 + 28, got.data().length);
                    Finding.unless(Ec.onCurve(point), "the card's fresh point is none");
                    Finding.unless(
                            model.fresh == Arrays.equals(point, model.shownPoint), "a fresh point once used, or changed before its use");
                    model.fresh = true;
                    model.shownPoint = point;
                }
            }
            case 0x46 -> {
                if (done) {
                    Finding.unless(Ec.onCurve(got.data()), "the card's key is no point");
                    model.ownPoint = got.data();
                }
            }
            case 0xDA -> {
                if (done && (item == 3 || item == 4)) {
                    (item == 3 ? model.datacentreKeys : model.issuerKeys)[0] = Arrays.copyOfRange(data, 1, 66);
                } else if (done && item == 5) {
                    model.pin = data.clone();
                }
            }
            case 0x5A -> {
                if (done && wanted.result == 1 && model.mode == 1 && changed(before, model.pair + 53, 4)) {
                    model.pair = -1; // the secret beneath this session is gone
                }
                model.rolledOver(before);
                signed(done, got, 47);
            }
            case 0x54, 0x56, 0x58 -> signed(done, got, 56);
            case 0xD8 -> {
                if (done || got.status() == 0x6A80) {
                    model.shownKey = done ? data.clone() : null;
                }
            }
            default -> {}
        }
    }

    private boolean changed(byte[] before, int at, int length) {
        return at > 53 && !Arrays.equals(before, at, at + length, model.m, at, at + length);
    }

    private void signed(boolean done, Messaging.Plain got, int body) {
        if (done && feed.seldom()) {
            byte[] signature = Arrays.copyOfRange(got.data(), body, got.data().length);
            Finding.unless(Ec.verify(model.ownPoint, signature, Arrays.copyOf(got.data(), body)), "receipt is not signed by the card");
        }
    }

    /** A command that nearly is right. */
    private void command() {
        if (!session()) {
            return;
        }
        int ins;
        int p1 = 0;
        int p2 = 0;
        byte[] data = new byte[0];
        if (model.mode == 3) {
            ins = new int[] {0x46, 0xDA, 0xDA, 0xDA, 0xDA, 0xDA, 0x5C}[feed.choice(7)];
            if (ins == 0xDA) {
                p1 = feed.seldom() ? feed.next() : 1 + feed.choice(5);
                data = offers.item(p1);
            }
        } else if (model.mode == 1) {
            ins = new int[] {0x40, 0x40, 0x20, 0xF4, 0x24, 0xB2, 0x5A, 0x5A, 0xF2}[feed.choice(9)];
        } else {
            ins = new int[] {0x54, 0x54, 0x56, 0x58, 0x5A, 0x5A, 0x20, 0xB2, 0xCA, 0x24}[feed.choice(10)];
        }
        switch (ins) {
            case 0x40 -> {
                if (!model.pinShown && !feed.seldom()) {
                    secured(0x20, 0, 0, model.pin);
                }
                if (!model.fresh && !feed.seldom() && model.mode != 0) {
                    secured(0xF4, 0, 0, data);
                }
                data = offers.load();
            }
            case 0x54 -> data = ByteBuffer.allocate(16)
                    .putLong(offers.amount())
                    .putInt(offers.number())
                    .putShort((short) feed.number(2))
                    .putShort((short) Ground.CURRENCY)
                    .array();
            case 0x56 -> data = ByteBuffer.allocate(8).putInt(offers.number()).putInt((int) model.get4(Model.COUNTER) - feed.choice(16)).array();
            case 0x58 -> data = ByteBuffer.allocate(4).putInt(offers.number()).array();
            case 0x5A -> {
                data = offers.envelope(); // shows a key as well, where it names one
                if (model.mode == 0) {
                    return;
                }
            }
            case 0x20 -> data = feed.seldom() ? feed.take(8) : model.pin;
            case 0x24 -> data = Aes.join(feed.seldom() ? feed.take(8) : model.pin, offers.pin());
            case 0xB2 -> {
                p1 = feed.choice(3);
                p2 = feed.choice(12);
            }
            default -> {}
        }
        secured(ins, p1, p2, feed.bent(data));
    }

    /** A command of value with the power cut at one of its writes: before or after it, nothing else. */
    private void tear() {
        if (!session() || model.mode == 3) {
            return;
        }
        int at = 1 + feed.choice(10);
        int ins = model.mode == 2 ? 0x54 : 0x40;
        byte[] data = ins == 0x54
                ? ByteBuffer.allocate(16).putLong(offers.amount()).putInt(offers.number()).putShort((short) 1).putShort((short) Ground.CURRENCY).array()
                : offers.load();
        if (feed.seldom()) {
            ins = 0x5A;
            data = offers.envelope();
        }
        if (model.mode == 0) {
            return;
        }
        Model.Outcome wanted = model.secure(ins, 0, 0, data);
        byte[] command = desk.wrap(ins, 0, 0, Aes.pad(data));
        trace.accept("power cut at write " + at);
        if (feed.next() < 0x80) {
            ground.machine.tearAt(at);
        } else {
            ground.machine.tearWithin(at);
        }
        try {
            send(command, "torn");
        } catch (PowerCut e) {
            trace.accept("cut");
        }
        ground.machine.tearOff();
        byte[] now = ground.persistent();
        byte[] after = wanted.refusals.isEmpty() ? wanted.next : model.m;
        if (wanted.secretAt != 0) {
            System.arraycopy(now, wanted.secretAt, after, wanted.secretAt, 16);
        }
        boolean before = Arrays.equals(now, model.m);
        Finding.unless(before || Arrays.equals(now, after), "a torn command left something between before and after");
        byte[] was = model.m;
        model.m = now;
        model.rolledOver(was);
        powerUp();
    }
}
