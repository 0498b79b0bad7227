// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import org.junit.Test;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardOrder;
import org.porto.purse.api.LoadOrder;
import org.porto.purse.api.PairingBook;
import org.porto.purse.api.PurseSession;

/** Rule T4: vectors of another implementation, either side moved and the other not, and what yesterday's secret is worth today. */
public class RatchetTest {

    private static final int INS = 1;

    private final List<byte[]> answers = new ArrayList<>();

    private static byte[] expose(SecretBytes secret) {
        return secret.expose(SecretAccess.insecureSecretAccess());
    }

    // Vectors

    /** The file was made with OpenSSL's CMAC by docs/protocol/ratchet-vectors.py. */
    @Test
    public void vectorsOfAnotherImplementation() throws Exception {
        Properties file = new Properties();
        try (InputStream in = RatchetTest.class.getResourceAsStream("/ratchet-vectors.properties")) {
            file.load(in);
        }
        Bench bench = new Bench();
        int count = Integer.parseInt(file.getProperty("count"));
        assertTrue(count >= 4);
        for (int i = 1; i <= count; i++) {
            Vector v = new Vector(file, i);
            Personality after = new Personality(
                    CardId.of(v.bytes("card")),
                    new DeviceId(new String(v.bytes("meter"), java.nio.charset.StandardCharsets.US_ASCII)),
                    v.number("amount"),
                    v.number("moved"),
                    (int) v.number("day"),
                    v.number("transfers"),
                    v.number("cardTransaction"));
            try (SymmetricKey zero = bench.crypto.symmetricKey(SecretBytes.owning(new byte[16]));
                    SymmetricKey agreed = bench.crypto.symmetricKey(SecretBytes.owning(zero.mac(v.bytes("z"))));
                    SecretBytes fresh = agreed.derive("PORTO-FRSH", new byte[0], 16);
                    SymmetricKey secret = bench.crypto.symmetricKey(SecretBytes.copyOf(v.bytes("secret")))) {
                assertArrayEquals(v.bytes("fresh"), expose(fresh));
                assertArrayEquals(v.bytes("next"), expose(after.nextSecret(secret, expose(fresh))));
                byte[] shown = java.nio.ByteBuffer.allocate(24).put(v.bytes("handle")).put(v.bytes("nonce")).array();
                assertTrue(bench.purses.shows(SecretBytes.copyOf(v.bytes("next")), shown));
                assertFalse(bench.purses.shows(SecretBytes.copyOf(v.bytes("secret")), shown));
                assertTrue(after.receiptIsRight(secret, v.number("balance"), v.bytes("receipt")));
                assertFalse(after.receiptIsRight(secret, v.number("balance") + 1, v.bytes("receipt")));
            }
        }
    }

    private record Vector(Properties file, int index) {
        String text(String name) {
            return file.getProperty(index + "." + name);
        }

        byte[] bytes(String name) {
            return HexFormat.of().parseHex(text(name));
        }

        long number(String name) {
            return Long.parseLong(text(name));
        }
    }

    // Either side

    private static Bench paired() throws IOException, RefusedException {
        Bench bench = Bench.personalised();
        try (PurseSession session = bench.certified()) {
            session.apply(bench.envelope(bench.pairing(Bench.METER, 1, 50_000)));
        } catch (UncertainException e) {
            throw new AssertionError(e);
        }
        return bench;
    }

    private static void load(Bench bench, long amount, boolean acknowledged) throws Exception {
        try (PurseSession session = bench.paired()) {
            session.verifyPin(Bench.PIN);
            LoadOrder order = session.prepareLoad(bench.freshTransaction(), Bench.chf(amount), Bench.TODAY);
            bench.storeNext(order.nextSecret());
            session.load(order);
        } finally {
            if (acknowledged) {
                bench.settle(true);
            }
        }
    }

    private static byte[] handle(Bench bench) {
        bench.raw("00A4040007F0504F52544F01");
        byte[] answer = bench.raw("8050000018" + HexFormat.of().formatHex(Bench.METER.bytes()) + "00".repeat(16) + "00");
        assertEquals(0x9000, Bench.status(answer));
        return Arrays.copyOf(answer, 24);
    }

    @Test
    public void bothMoved() throws Exception {
        Bench bench = paired();
        assertFalse("another handle each time", Arrays.equals(handle(bench), handle(bench)));
        load(bench, 100, true);
        try (PurseSession session = bench.paired()) {
            assertFalse(session.appliedInDoubt());
            assertEquals(1, session.pairState().transfers());
        }
    }

    @Test
    public void cardMovedMeterDidNot() throws Exception {
        Bench bench = paired();
        bench.onAnswer = answer -> {
            if (bench.sent.get(bench.sent.size() - 1)[INS] == 0x40) {
                throw new org.porto.javacard.runtime.api.PowerCut(null);
            }
            return answer;
        };
        assertThrows(UncertainException.class, () -> load(bench, 100, false));
        bench.onAnswer = a -> a;
        bench.powerUp();
        try (PurseSession session = bench.paired()) {
            assertTrue("known by the next secret", session.appliedInDoubt());
            assertEquals(1, session.pairState().transfers());
        }
        bench.settle(true);
        load(bench, 50, true);
    }

    @Test
    public void meterPreparedCardDidNotMove() throws Exception {
        Bench bench = paired();
        bench.onCommand = command -> {
            if (command[INS] == 0x40) {
                throw new org.porto.javacard.runtime.api.PowerCut(null);
            }
            return command;
        };
        assertThrows(UncertainException.class, () -> load(bench, 100, false));
        bench.onCommand = c -> c;
        bench.powerUp();
        try (PurseSession session = bench.paired()) {
            assertFalse("known by the present secret", session.appliedInDoubt());
            assertEquals(0, session.pairState().transfers());
        }
        bench.settle(false);
        load(bench, 50, true);
    }

    /** A meter with a book from another time, too old or too new, is not let in and moves nothing; a new pairing mends it. */
    @Test
    public void meterMovedCardDidNot() throws Exception {
        Bench bench = paired();
        Bench.Snapshot early = bench.snapshot();
        load(bench, 100, true);
        Bench.Snapshot late = bench.snapshot();
        for (Bench.Snapshot wrong : List.of(
                new Bench.Snapshot(early.image(), late.book(), null), new Bench.Snapshot(late.image(), early.book(), null))) {
            bench.restore(wrong);
            assertEquals("PUR-002", assertThrows(RefusedException.class, bench::paired).code());
            try (PurseSession session = bench.certified()) {
                session.apply(bench.envelope(bench.pairing(Bench.METER, 9, 50_000)));
            }
            load(bench, 70, true);
        }
    }

    // Yesterday's secret

    /** He has the secret from before, and all that passed then and since: neither side takes him for the other. */
    @Test
    public void yesterdaysSecretOpensNothing() throws Exception {
        Bench bench = paired();
        byte[] yesterday = bench.snapshot().book();
        load(bench, 100, true);
        PairingBook forced = handle ->
                List.of(new PairingBook.Candidate(Bench.CARD, false, SecretBytes.copyOf(yesterday)));
        assertEquals("PUR-003", assertThrows(
                        RefusedException.class, () -> bench.purses.openPaired(bench, Bench.METER, forced))
                .code());
        assertFalse(bench.purses.shows(SecretBytes.copyOf(yesterday), handle(bench)));
    }

    /**
     * He has yesterday's secret and the whole transcript of the meeting in which it was left behind: he opens every message of it, reads
     * number, day, amount and both points, and makes all that can be made of them; today's secret is not among it, since the
     * agreement of that session is not in the transcript.
     */
    @Test
    public void aFullTranscriptDoesNotLeadFromYesterdayToToday() throws Exception {
        Bench bench = paired();
        byte[] yesterday = bench.snapshot().book();
        bench.sent.clear();
        answers.clear();
        bench.onAnswer = answer -> {
            answers.add(answer.clone());
            return answer;
        };
        load(bench, 100, true);
        bench.onAnswer = a -> a;
        byte[] today = bench.snapshot().book();
        Transcript transcript = new Transcript(bench, yesterday);
        ByteBuffer load = ByteBuffer.wrap(transcript.command(0x40));
        assertEquals("he reads the load", 100, load.getLong());
        long transfers = load.getInt();
        int day = load.getShort() & 0xFFFF;
        long transaction = load.getInt();
        Personality after = new Personality(Bench.CARD, Bench.METER, 100, 100, day, transfers, transaction);
        byte[] meterPoint = Arrays.copyOfRange(transcript.command(0x40), 20, 85);
        byte[] cardPoint = Arrays.copyOfRange(transcript.answer(0xF4), 97, 162);
        assertEquals(4, meterPoint[0]);
        assertEquals(4, cardPoint[0]);
        try (SymmetricKey old = bench.crypto.symmetricKey(SecretBytes.copyOf(yesterday));
                SymmetricKey zero = bench.crypto.symmetricKey(SecretBytes.owning(new byte[16]))) {
            assertTrue("he can check the receipt", after.receiptIsRight(old, 100, Arrays.copyOfRange(transcript.answer(0x40), 16, 32)));
            for (byte[] guess : List.of(
                    new byte[0], new byte[16], Arrays.copyOfRange(cardPoint, 1, 33), Arrays.copyOfRange(meterPoint, 1, 33))) {
                try (SymmetricKey root = bench.crypto.symmetricKey(SecretBytes.owning(zero.mac(guess)));
                        SecretBytes fresh = root.derive("PORTO-FRSH", new byte[0], 16)) {
                    for (byte[] agreed : List.of(guess, expose(fresh))) {
                        assertFalse(Arrays.equals(today, expose(after.nextSecret(old, agreed))));
                    }
                }
            }
        }
        // The two points of another meeting are other ones: nothing carries over.
        bench.sent.clear();
        answers.clear();
        bench.onAnswer = answer -> {
            answers.add(answer.clone());
            return answer;
        };
        load(bench, 100, true);
        bench.onAnswer = a -> a;
        Transcript later = new Transcript(bench, today);
        assertNotEquals(HexFormat.of().formatHex(meterPoint), HexFormat.of().formatHex(Arrays.copyOfRange(later.command(0x40), 20, 85)));
        assertNotEquals(HexFormat.of().formatHex(cardPoint), HexFormat.of().formatHex(Arrays.copyOfRange(later.answer(0xF4), 97, 162)));
    }

    /** What a listener makes of a session whose root key he has. */
    private final class Transcript {
        private final List<byte[]> commands;
        private final List<byte[]> replies;
        private final SymmetricKey enc;

        Transcript(Bench bench, byte[] rootKey) {
            commands = List.copyOf(bench.sent);
            replies = List.copyOf(answers);
            int opening = index(0x50);
            byte[] context = ByteBuffer.allocate(49)
                    .put((byte) 1)
                    .put(commands.get(opening), 5, 24)
                    .put(replies.get(opening), 0, 24)
                    .array();
            enc = bench.crypto.symmetricKey(
                    bench.crypto.symmetricKey(SecretBytes.copyOf(rootKey)).derive("PORTO-SENC", context, 16));
        }

        private int index(int instruction) {
            for (int i = 0; i < commands.size(); i++) {
                if ((commands.get(i)[INS] & 0xFF) == instruction) {
                    return i;
                }
            }
            throw new AssertionError("no such command");
        }

        private int counter(int at) {
            int counter = 0;
            for (int i = 0; i <= at; i++) {
                counter += commands.get(i)[0] == (byte) 0x84 ? 1 : 0;
            }
            return counter;
        }

        private byte[] open(byte direction, int counter, byte[] cipher) {
            byte[] block = ByteBuffer.allocate(16).put(0, direction).putInt(12, counter).array();
            return enc.decryptBlocks(enc.encryptBlocks(new byte[16], block), cipher);
        }

        byte[] command(int instruction) {
            int at = index(instruction);
            byte[] command = commands.get(at);
            return open((byte) 0, counter(at), Arrays.copyOfRange(command, 5, 5 + (command[4] & 0xFF) - 8));
        }

        byte[] answer(int instruction) {
            int at = index(instruction);
            byte[] reply = replies.get(at);
            return open((byte) 0x80, counter(at), Arrays.copyOf(reply, reply.length - 2 - 8 - 2));
        }
    }

    /** An order with a secret of the test's choice ends in the same place on the card. */
    @Test
    public void theCardsHandleIsOfItsPresentSecret() throws Exception {
        Bench bench = Bench.personalised();
        byte[] secret = HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3c");
        byte[] detail = CardOrder.pairingDetail(Bench.METER.bytes(), secret, 50_000);
        try (PurseSession session = bench.certified()) {
            session.apply(bench.envelope(bench.order(CardOrder.PAIRING, 1, detail)));
        }
        assertTrue(bench.purses.shows(SecretBytes.copyOf(secret), handle(bench)));
    }
}
