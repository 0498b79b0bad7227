// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Before;
import org.junit.Test;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardDays;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.LoadOrder;
import org.porto.purse.api.PurseSession;

/** A channel that alters, repeats and invents; a card that is asked nonsense (rules T3, T6, D3). */
public class PurseChannelTest {

    private static final int INS = 1;

    private interface Act {
        void run(PurseSession session) throws PortoException;
    }

    private record Case(int ins, boolean money, boolean paired, Act act) {}

    private Bench bench;
    private Bench.Snapshot start;
    private byte[] envelope;

    @Before
    public void card() throws Exception {
        bench = Bench.personalised();
        try (PurseSession session = bench.certified()) {
            session.apply(bench.envelope(bench.recharge(10_000, 0, 1)));
            session.apply(bench.envelope(bench.pairing(Bench.METER, 2, 50_000)));
        }
        envelope = bench.envelope(bench.recharge(500, 10_000, 3));
        start = bench.snapshot();
    }

    private void load(PurseSession session) throws PortoException {
        LoadOrder order = session.prepareLoad(bench.freshTransaction(), Bench.chf(900), Bench.TODAY);
        session.load(order);
    }

    private void debit(PurseSession session) throws PortoException {
        session.debit(new DebitOrder(bench.freshTransaction(), Bench.chf(100), 1, CardDays.of(Bench.TODAY)));
    }

    private List<Case> cases() {
        return List.of(
                new Case(0xF2, false, false, PurseSession::status),
                new Case(0xB2, false, false, PurseSession::log),
                new Case(0x20, false, true, s -> s.verifyPin(Bench.PIN)),
                new Case(0x24, false, false, s -> s.changePin(Bench.PIN, "4321".toCharArray())),
                new Case(0xF4, false, true, PurseSession::pairState),
                new Case(0x56, false, false, s -> s.proveDebit(1)),
                new Case(0x40, true, true, this::load),
                new Case(0x54, true, false, this::debit),
                new Case(0x5A, true, false, s -> s.apply(envelope)));
    }

    private PurseSession open(Case one) throws Exception {
        bench.restore(start);
        PurseSession session = one.paired() ? bench.paired() : bench.certified();
        if (one.ins() == 0x40) {
            session.verifyPin(Bench.PIN);
        } else if (one.paired()) {
            session.status(); // the first command of all takes a try: FirstCommandTest
        }
        return session;
    }

    /** Signatures in DER differ in length: a place behind a shorter message is taken from its start. */
    private static byte[] flip(byte[] message, int at) {
        byte[] bad = message.clone();
        bad[at % bad.length] ^= (byte) (1 << at % 8);
        return bad;
    }

    /** The session ends; money is uncertain; the card has done nothing unless only its answer was altered. */
    private void dies(Case one, PurseSession session) {
        PortoException thrown = assertThrows(PortoException.class, () -> one.act().run(session));
        assertEquals(one.money(), thrown instanceof UncertainException);
        bench.onCommand = c -> c;
        bench.onAnswer = a -> a;
        assertEquals("PUR-004", assertThrows(RefusedException.class, session::status).code());
        session.close();
    }

    @Test
    public void anyAlteredCommandChangesNothingAndEndsTheSession() throws Exception {
        for (Case one : cases()) {
            int length = length(one, true);
            for (int at = 0; at < length; at += at < 5 ? 1 : 7) {
                int place = at;
                PurseSession session = open(one);
                byte[][] before = new byte[1][];
                bench.onCommand = c -> {
                    if ((c[INS] & 0xFF) != one.ins()) {
                        return c;
                    }
                    before[0] = bench.machine.image();
                    return flip(c, place);
                };
                dies(one, session);
                assertArrayEquals("byte " + at + " of " + one.ins(), before[0], bench.machine.image());
            }
        }
    }

    @Test
    public void anyAlteredAnswerEndsTheSession() throws Exception {
        for (Case one : cases()) {
            int length = length(one, false);
            for (int at = 0; at < length; at += at < length - 12 ? 9 : 1) {
                int place = at;
                PurseSession session = open(one);
                bench.onAnswer = a -> (bench.sent.get(bench.sent.size() - 1)[INS] & 0xFF) == one.ins() ? flip(a, place) : a;
                dies(one, session);
            }
        }
    }

    /** Shortest command (without its Le) or answer of the case. */
    private int length(Case one, boolean command) throws Exception {
        int[] length = {258};
        try (PurseSession session = open(one)) {
            bench.onCommand = c -> {
                if (command && (c[INS] & 0xFF) == one.ins()) {
                    length[0] = Math.min(length[0], c.length - 1);
                }
                return c;
            };
            bench.onAnswer = a -> {
                if (!command && (bench.sent.get(bench.sent.size() - 1)[INS] & 0xFF) == one.ins()) {
                    length[0] = Math.min(length[0], a.length);
                }
                return a;
            };
            one.act().run(session);
        }
        bench.onCommand = c -> c;
        bench.onAnswer = a -> a;
        return length[0];
    }

    @Test
    public void recordedSessionsReplayedDoNothing() throws Exception {
        for (Case one : cases()) {
            bench.restore(start);
            bench.sent.clear();
            try (PurseSession session = one.paired() ? bench.paired() : bench.certified()) {
                session.verifyPin(Bench.PIN);
                one.act().run(session);
            }
            List<byte[]> recorded = List.copyOf(bench.sent);
            // On the card as it is now, and on the card as it was: nonces of the card are fresh.
            for (boolean old : new boolean[] {false, true}) {
                if (old) {
                    bench.restore(start);
                } else {
                    bench.powerUp();
                }
                PurseStatusLine before = PurseStatusLine.of(bench);
                bench.purses.select(bench);
                for (byte[] command : recorded) {
                    int status = Bench.status(bench.machine.process(command));
                    if ((command[0] & 0xFF) == 0x84) {
                        assertEquals(0x6988, status);
                    } else if (command[INS] == (byte) 0x82) {
                        assertEquals(0x6982, status);
                    }
                }
                assertEquals(before, PurseStatusLine.of(bench));
            }
        }
    }

    private record PurseStatusLine(long balance, long controlSum, long cardTransaction, int pinTries) {

        static PurseStatusLine of(Bench bench) throws Exception {
            try (PurseSession session = bench.certified()) {
                var s = session.status();
                return new PurseStatusLine(s.balance(), s.controlSum(), s.cardTransaction(), s.pinTriesLeft());
            }
        }
    }

    @Test
    public void repeatedCommandEndsTheSessionOnTheCard() throws Exception {
        PurseSession session = bench.certified();
        debit(session);
        byte[] debit = bench.sent.get(bench.sent.size() - 1);
        assertEquals(0x6988, Bench.status(bench.machine.process(debit)));
        assertEquals("PUR-004", assertThrows(RefusedException.class, session::status).code());
        assertEquals(9_900, PurseStatusLine.of(bench).balance());
    }

    @Test
    public void commandInClearEndsTheSession() throws Exception {
        PurseSession session = bench.certified();
        assertEquals(0x6D00, Bench.status(bench.raw("80F2000000")));
        assertThrows(RefusedException.class, session::status);
    }

    /**
     * Whoever has the keys of a session, but not the pair secret beneath it, can answer a load with a receipt of his own: the money stays in
     * doubt, whatever he changes in it.
     */
    @Test
    public void aReceiptOfALoadThatIsNotTheCardsLeavesItInDoubt() throws Exception {
        for (int place = 0; place < 32; place++) {
            bench.restore(start);
            Middle middle = new Middle(bench, start.book(), place);
            bench.onCommand = middle::command;
            bench.onAnswer = middle::answer;
            try (PurseSession session = bench.paired()) {
                session.verifyPin(Bench.PIN);
                LoadOrder order = session.prepareLoad(bench.freshTransaction(), Bench.chf(900), Bench.TODAY);
                UncertainException lost = assertThrows("byte " + place, UncertainException.class, () -> session.load(order));
                assertEquals("PUR-018", lost.code());
                assertEquals("PUR-004", assertThrows(RefusedException.class, session::status).code());
            }
            bench.onCommand = c -> c;
            bench.onAnswer = a -> a;
        }
    }

    /** Has the keys of a session and turns a bit in the receipt of a load. */
    private static final class Middle {
        private final Bench bench;
        private final byte[] secret;
        private final int place;
        private byte[] context = new byte[0];
        private byte[] chain = new byte[16];
        private int counter;
        private byte[] last = new byte[5];

        Middle(Bench bench, byte[] secret, int place) {
            this.bench = bench;
            this.secret = secret;
            this.place = place;
        }

        private org.porto.crypto.api.SymmetricKey key(String label) {
            try (var root = bench.crypto.symmetricKey(org.porto.crypto.api.SecretBytes.copyOf(secret));
                    var key = root.derive(label, context, 16)) {
                return bench.crypto.symmetricKey(key);
            }
        }

        byte[] command(byte[] command) {
            last = command;
            if (command[0] == (byte) 0x84) {
                counter++;
                chain = key("PORTO-SMAC").mac(chain, Arrays.copyOf(command, 5 + (command[4] & 0xFF) - 8));
            }
            return command;
        }

        byte[] answer(byte[] answer) {
            if (last[1] == 0x50) {
                byte[] mode = {1};
                context = java.nio.ByteBuffer.allocate(49).put(mode).put(last, 5, 24).put(answer, 0, 24).array();
            }
            if (last[0] != (byte) 0x84) {
                return answer;
            }
            int crypt = answer.length - 12;
            byte[] cipher = Arrays.copyOf(answer, crypt);
            if (last[INS] == 0x40) {
                byte[] counted = java.nio.ByteBuffer.allocate(16).put(0, (byte) 0x80).putInt(12, counter).array();
                byte[] vector = key("PORTO-SENC").encryptBlocks(new byte[16], counted);
                byte[] plain = key("PORTO-SENC").decryptBlocks(vector, cipher);
                plain[place] ^= 1;
                cipher = key("PORTO-SENC").encryptBlocks(vector, plain);
            }
            byte[] status = Arrays.copyOfRange(answer, crypt, crypt + 2);
            chain = key("PORTO-SMAC").mac(chain, new byte[] {(byte) 0x99}, status, cipher);
            return java.nio.ByteBuffer.allocate(answer.length).put(cipher).put(status).put(chain, 0, 8).putShort((short) 0x9000).array();
        }
    }

    @Test
    public void withheldLoadIsNeverAppliedLater() throws Exception {
        PurseSession session = bench.paired();
        session.verifyPin(Bench.PIN);
        byte[][] withheld = new byte[1][];
        bench.onCommand = c -> {
            if (c[INS] == 0x40) {
                withheld[0] = c;
                throw new org.porto.javacard.runtime.api.PowerCut(null);
            }
            return c;
        };
        assertThrows(UncertainException.class, () -> load(session));
        bench.onCommand = c -> c;
        try (PurseSession next = bench.paired()) {
            assertEquals(0, next.pairState().transfers());
            next.verifyPin(Bench.PIN);
            assertEquals(0x6988, Bench.status(bench.machine.process(withheld[0])));
        }
        assertEquals(10_000, PurseStatusLine.of(bench).balance());
    }

    @Test
    public void nothingOfOneSessionIsSeenInAnother() throws Exception {
        bench.sent.clear();
        bench.certified().close();
        bench.certified().close();
        List<byte[]> commands = bench.sent;
        int half = commands.size() / 2;
        for (int i = 1; i < half; i++) {
            assertNotEquals(Arrays.toString(commands.get(i)), Arrays.toString(commands.get(half + i)));
        }
    }

    @Test
    public void statusWordsOfMalformedCommands() throws Exception {
        Bench blank = new Bench();
        String pair = "8050000018" + "4D45544552303031" + "00".repeat(16) + "00";
        blank.purses.select(blank);
        assertEquals(0x6985, Bench.status(blank.raw(pair)));
        bench.purses.select(bench);
        String[][] table = {
            {"B0F2000000", "6E00"},
            {"00F2000000", "6E00"},
            {"80F2000000", "6D00"},
            {"8050000000", "6700"},
            {"8050000004 00000000 00", "6700"},
            {"8050010018" + "00".repeat(24) + "00", "6A86"},
            {"8050000118" + "00".repeat(24) + "00", "6A86"},
            {"8082000010" + "00".repeat(16) + "00", "6985"},
            {"8082000000", "6985"},
            {"8052000005" + "00".repeat(5) + "00", "6700"},
            {"8052000070" + "00".repeat(0x70) + "00", "6A80"},
            {"84F2000008" + "00".repeat(8) + "00", "6988"},
            {"84F2000000", "6988"},
            {"84F20000", "6988"},
        };
        for (String[] row : table) {
            assertEquals(row[0], Integer.parseInt(row[1], 16), Bench.status(bench.raw(row[0])));
        }
        assertEquals(0x9000, Bench.status(bench.raw(pair)));
        assertEquals(0x6700, Bench.status(bench.raw("8082000008" + "00".repeat(8) + "00")));
        assertEquals(0x6985, Bench.status(bench.raw("8082000010" + "00".repeat(16) + "00")));
    }

    @Test
    public void statusWordsInsideTheSession() throws Exception {
        int[][] table = {
            // ins, p1, p2, bytes, status by certificates
            {0x11, 0, 0, 0, 0x6D00},
            {0x46, 0, 0, 0, 0x6985},
            {0xDA, 1, 0, 28, 0x6985},
            {0x5C, 0, 0, 0, 0x6985},
            {0xF2, 1, 0, 0, 0x6A86},
            {0xF2, 0, 0, 1, 0x6700},
            {0xF4, 0, 0, 0, 0x6985},
            {0xCA, 0, 0, 3, 0x6700},
            {0xB2, 2, 0, 0, 0x6A86},
            {0xB2, 0, 10, 0, 0x6A86},
            {0xB2, 0, 0, 1, 0x6700},
            {0xB2, 1, 0, 0, 0x6A83},
            {0x20, 0, 0, 7, 0x6700},
            {0x24, 0, 0, 8, 0x6700},
            {0x24, 0, 0, 16, 0x6A80},
            {0x40, 0, 0, 20, 0x6985},
            {0x54, 0, 0, 15, 0x6700},
            {0x54, 0, 0, 16, 0x9404},
            {0x56, 0, 0, 4, 0x6700},
            {0x56, 0, 0, 8, 0x6A83},
            {0x58, 0, 0, 4, 0x6A83},
            {0x58, 0, 0, 5, 0x6700},
            {0x5A, 0, 0, 0, 0x6700},
            {0x5A, 0, 0, 130, 0x6700},
            {0x5A, 0, 0, 131, 0x6A80},
        };
        try (CardSession session = (CardSession) bench.certified()) {
            byte[] before = bench.machine.image();
            for (int[] row : table) {
                Answer answer = session.link().exchange(row[0], row[1], row[2], new byte[row[3]]);
                assertEquals(Arrays.toString(row), String.format("%04X", row[4]), String.format("%04X", answer.status()));
                assertEquals(0, answer.data().length);
            }
            assertArrayEquals(before, bench.machine.image());
        }
        try (CardSession session = (CardSession) bench.paired()) {
            assertEquals(0x6700, session.link().exchange(0x40, 0, 0, new byte[3]).status());
            assertEquals(0x6985, session.link().exchange(0x54, 0, 0, new byte[16]).status());
            assertEquals(0x6985, session.link().exchange(0x56, 0, 0, new byte[8]).status());
            assertEquals(0x6985, session.link().exchange(0x58, 0, 0, new byte[4]).status());
        }
    }

    @Test
    public void nonsenseNeverFaultsOrChangesTheCard() throws Exception {
        long seed = Long.getLong("seed", 20261122L);
        Random random = new Random(seed);
        bench.purses.select(bench);
        int[] classes = {0x80, 0x84, 0x00, 0x90};
        int[] instructions = {0x50, 0x52, 0x82, 0xCA, 0x88, 0x20, 0x24, 0xF2, 0xF4, 0xB2, 0x40, 0x54, 0x56, 0x58, 0x5A, 0x46, 0xDA, 0x5C};
        byte[] before = bench.machine.image();
        for (int i = 0; i < 5_000; i++) {
            byte[] data = new byte[random.nextInt(256)];
            random.nextBytes(data);
            byte[] command = new byte[data.length == 0 ? 4 : 5 + data.length];
            command[0] = (byte) classes[random.nextInt(classes.length)];
            command[1] = (byte) instructions[random.nextInt(instructions.length)];
            command[2] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
            command[3] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
            if (data.length > 0) {
                command[4] = (byte) data.length;
                System.arraycopy(data, 0, command, 5, data.length);
            }
            int status = Bench.status(bench.machine.process(command));
            assertTrue("seed " + seed + ": " + Integer.toHexString(status), status != 0x9000 && status != 0x6F00);
        }
        assertArrayEquals(before, bench.machine.image());
    }

    @Test
    public void lyingCardMakesNoUncheckedException() throws Exception {
        long seed = Long.getLong("seed", 20261122L);
        Random random = new Random(seed);
        int opened = 0;
        for (int i = 0; i < 400; i++) {
            int kind = i % 4;
            int victim = random.nextInt(4);
            int[] count = {0};
            bench.powerUp();
            bench.onAnswer = answer -> {
                if (count[0]++ != victim) {
                    return answer;
                }
                byte[] lie = answer.clone();
                switch (kind) {
                    case 0 -> random.nextBytes(lie);
                    case 1 -> lie = Arrays.copyOf(lie, random.nextInt(300));
                    case 2 -> lie[random.nextInt(lie.length)] ^= (byte) (1 + random.nextInt(255));
                    default -> lie = new byte[] {(byte) random.nextInt(), (byte) random.nextInt()};
                }
                return lie;
            };
            try (PurseSession session = i % 8 < 4 ? bench.certified() : bench.paired()) {
                session.status();
                opened++;
            } catch (RefusedException e) {
                assertTrue("seed " + seed + ": " + e.code(), e.code().startsWith("PUR-") || e.code().startsWith("CRY-"));
            }
        }
        assertTrue("" + opened, opened < 150);
        bench.onAnswer = a -> a;
        bench.restore(start);
        assertEquals(10_000, PurseStatusLine.of(bench).balance());
    }
}
