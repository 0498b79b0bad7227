// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.Before;
import org.junit.Test;
import org.porto.crypto.api.SigningKey;
import org.porto.javacard.runtime.api.PowerCut;
import org.porto.model.api.CardId;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardDays;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.PurseSession;

/** Recognition without AUTHENTICATE: the first command's MAC is the peer's proof, and INIT PEER's answer is the card's (rules T3, P4). */
public class FirstCommandTest {

    private Bench bench;
    private Bench.Snapshot start;

    @Before
    public void card() throws Exception {
        bench = Bench.personalised();
        try (PurseSession session = bench.certified()) {
            session.apply(bench.envelope(bench.recharge(10_000, 0, 1)));
            session.apply(bench.envelope(bench.pairing(Bench.METER, 2, 50_000)));
        }
        start = bench.snapshot();
    }

    private int tries() throws PortoException {
        try (PurseSession session = bench.certified()) {
            return session.statusAtOpening().recognitionTriesLeft();
        }
    }

    private long balance() throws PortoException {
        try (PurseSession session = bench.certified()) {
            return session.statusAtOpening().balance();
        }
    }

    private void debit(PurseSession session, int number) throws PortoException {
        session.debit(new DebitOrder(bench.freshTransaction(), Bench.chf(100), number, CardDays.of(Bench.TODAY)));
    }

    private String instructions() {
        return bench.sent.stream().map(c -> String.format("%02X", c[1])).collect(Collectors.joining(" "));
    }

    private static byte[] spoiled(byte[] command) {
        byte[] bad = command.clone();
        bad[bad.length - 2] ^= 1;
        return bad;
    }

    @Test
    public void aCardThatWasMetBeforePaysInThreeExchanges() throws Exception {
        CardPurses other = new CardPurses(bench.crypto);
        for (String wanted : List.of("A4 52 CA 54", "A4 52 54")) {
            bench.sent.clear();
            try (PurseSession session = other.openCertified(bench, bench.shop, Bench.TODAY)) {
                assertEquals(Bench.CARD, session.card());
                assertEquals(session.statusAtOpening().cardTransaction() + 1, 2 + session.statusAtOpening().spent() / 100);
                debit(session, wanted.length());
            } catch (RefusedException e) {
                assertEquals("numbers only rise: " + e.code(), "A4 52 54", wanted);
            }
            assertEquals(wanted, instructions());
        }
        bench.sent.clear();
        try (PurseSession session = bench.certified()) {
            session.apply(bench.envelope(bench.recharge(500, 10_000, 3)));
        }
        assertEquals("A4 52 5A", instructions());
        bench.sent.clear();
        try (PurseSession session = bench.paired()) {
            session.pairState();
        }
        assertEquals("A4 50 F4", instructions());
    }

    /** Wrong MAC: nothing done, the session over, and where a secret is recognised a try is gone; a right one brings all tries back. */
    @Test
    public void aWrongFirstCommandEndsTheSessionAndUsesATry() throws Exception {
        for (int wrong = 1; wrong <= 3; wrong++) {
            bench.onCommand = c -> c[0] == (byte) 0x84 ? spoiled(c) : c;
            try (PurseSession session = bench.paired()) {
                assertEquals("PUR-004", assertThrows(RefusedException.class, session::pairState).code());
                byte[] command = bench.sent.get(bench.sent.size() - 1);
                assertEquals("the right one after the wrong one", 0x6988, Bench.status(bench.machine.process(command)));
            }
            bench.onCommand = c -> c;
            assertEquals(10 - wrong, tries());
        }
        try (PurseSession session = bench.paired()) {
            session.pairState();
        }
        assertEquals(10, tries());
        bench.onCommand = c -> c[0] == (byte) 0x84 ? spoiled(c) : c;
        try (PurseSession session = bench.certified()) {
            PortoException lost = assertThrows(PortoException.class, () -> debit(session, 1));
            assertEquals("PUR-018", lost.code());
        }
        bench.onCommand = c -> c;
        assertEquals(10_000, balance());
        assertEquals("recognition by certificates counts none", 10, tries());
    }

    @Test
    public void guessesAtTheFirstCommandBlockRecognitionBySecrets() throws Exception {
        bench.purses.select(bench);
        String init = "8050000018" + "4D45544552303031" + "00".repeat(16) + "00";
        for (int i = 0; i < 10; i++) {
            assertEquals(0x9000, Bench.status(bench.raw(init)));
            assertEquals(0x6988, Bench.status(bench.raw("84F2000008" + "00".repeat(8) + "00")));
        }
        assertEquals(0x6983, Bench.status(bench.raw(init)));
        assertEquals("PUR-003", assertThrows(RefusedException.class, bench::paired).code());
        assertEquals(0, tries());
        bench.restore(start);
        bench.purses.select(bench);
        for (String malformed : new String[] {"84F20000", "84F2000007" + "00".repeat(7) + "00"}) {
            int before = tries();
            bench.purses.select(bench);
            assertEquals(0x9000, Bench.status(bench.raw(init)));
            assertEquals(0x6988, Bench.status(bench.raw(malformed)));
            assertEquals(before - 1, tries());
        }
    }

    /** Rule P4: power cut at every write of a wrong first command saves no try; of a right one it may cost one, never more. */
    @Test
    public void cutPowerSavesNoTryOfAFirstCommand() throws Exception {
        for (boolean right : new boolean[] {false, true}) {
            int cuts = 0;
            for (long n = 1; ; n++) {
                bench.restore(start);
                boolean cut = false;
                try (PurseSession session = bench.paired()) {
                    bench.machine.tearAt(n);
                    boolean[] torn = {false};
                    bench.card = c -> {
                        try {
                            return bench.machine.process(right ? c : spoiled(c));
                        } catch (PowerCut e) {
                            torn[0] = true;
                            throw e;
                        }
                    };
                    try {
                        session.status();
                    } catch (RefusedException e) {
                        cut = torn[0];
                    }
                }
                bench.machine.tearOff();
                bench.card = bench.machine::process;
                if (!cut) {
                    assertEquals(right ? 10 : 9, tries());
                    break;
                }
                cuts++;
                bench.powerUp();
                assertEquals("counted before the compare, write " + n, n == 1 ? 10 : 9, tries());
                bench.paired().close();
            }
            assertEquals(right ? 2 : 1, cuts);
        }
    }

    @Test
    public void aRecordedFirstCommandIsOfNoOtherSession() throws Exception {
        bench.sent.clear();
        try (PurseSession session = bench.certified()) {
            debit(session, 1);
        }
        byte[] init = bench.sent.get(1);
        byte[] debit = bench.sent.get(2);
        for (boolean old : new boolean[] {false, true}) {
            if (old) {
                bench.restore(start);
            }
            bench.purses.select(bench);
            byte[] before = bench.machine.image();
            assertEquals(0x9000, Bench.status(bench.machine.process(init)));
            assertEquals(0x6988, Bench.status(bench.machine.process(debit)));
            assertEquals(0x6988, Bench.status(bench.machine.process(debit)));
            assertEquals(before.length, bench.machine.image().length);
            assertEquals(old ? 10_000 : 9_900, balance());
        }
    }

    /** Between INIT and the first command nothing else is heard in clear, AUTHENTICATE apart. */
    @Test
    public void aCommandInClearEndsWhatInitBegan() throws Exception {
        for (String other : new String[] {"80F2000000", "00F2000000", "8050000000"}) {
            bench.restore(start);
            PurseSession session = bench.paired();
            bench.raw(other);
            assertThrows(RefusedException.class, session::status);
            assertEquals("no try for a session that is over", 10, tries());
        }
    }

    /** Nothing that the card says before it is sure of its peer is the same twice, nor longer or shorter. */
    @Test
    public void theAnswerToInitPeerLinksNoTwoMeetings() throws Exception {
        bench.sent.clear();
        bench.certified().close();
        byte[] init = bench.sent.get(1);
        java.util.Set<String> seen = new java.util.HashSet<>();
        byte[] id = Bench.CARD.bytes();
        for (int i = 0; i < 40; i++) {
            byte[] answer = bench.machine.process(init);
            assertEquals(253, answer.length);
            for (int at = 1; at + 8 < 251; at += 8) {
                boolean statusWord = at <= 241 && at + 8 > 241;
                assertTrue(seen.add(HexFormat.of().formatHex(answer, at, at + 8)) || statusWord);
                assertFalse(Arrays.equals(answer, at, at + 8, id, 0, 8));
            }
        }
    }

    /** What INIT PEER says is turned, bit by bit: no session comes of it. */
    @Test
    public void anAlteredAnswerToInitPeerIsRefused() throws Exception {
        for (int at = 0; at < 251; at++) {
            int place = at;
            bench.onAnswer = a -> {
                byte[] bad = a.clone();
                if (bench.sent.get(bench.sent.size() - 1)[1] == 0x52) {
                    bad[place] ^= 4;
                }
                return bad;
            };
            bench.sent.clear();
            RefusedException refused = assertThrows("byte " + at, RefusedException.class, bench::certified);
            assertTrue(refused.code(), refused.code().startsWith("PUR-") || refused.code().startsWith("CRY-"));
            assertEquals("nothing was said to such a card", 2, bench.sent.size());
        }
        bench.onAnswer = a -> a;
    }

    /** The certificate in memory vouches for one card, under one issuer's key, until it ends. */
    @Test
    public void aRememberedCertificateIsOfItsCardIssuerAndTime() throws Exception {
        KnownCards known = new KnownCards();
        byte[] issuer = bench.issuer.publicKey();
        int today = CardDays.of(Bench.TODAY);
        CardKey key = key(bench.crypto.generateSigningKey(), Bench.CARD, today + 10);
        known.remember(key, issuer);
        assertEquals(key, known.find(Bench.CARD, issuer, today + 10).orElseThrow());
        assertTrue("expired", known.find(Bench.CARD, issuer, today + 11).isEmpty());
        assertTrue("of another issuer's key", known.find(Bench.CARD, bench.datacentre.publicKey(), today).isEmpty());
        assertTrue("another card", known.find(new CardId("0011223344556678"), issuer, today).isEmpty());
        for (int i = 0; i < KnownCards.CARDS_MAX + 10; i++) {
            known.find(Bench.CARD, issuer, today);
            known.remember(key(bench.crypto.generateSigningKey(), new CardId(String.format("%016X", 1_000 + i)), today), issuer);
        }
        assertEquals(KnownCards.CARDS_MAX, known.size());
        assertTrue("seen last, kept", known.find(Bench.CARD, issuer, today).isPresent());
        assertTrue(known.find(new CardId(String.format("%016X", 1_000)), issuer, today).isEmpty());
    }

    private CardKey key(SigningKey own, CardId card, int notAfter) throws RefusedException, IOException {
        CardCertificate certificate = new CardCertificate(
                CardCertificate.ROLE_CARD, card.bytes(), org.porto.crypto.api.EcEncodings.point(own.publicKey()), notAfter, 1);
        return CardKey.parse(bench.signed(bench.issuer, certificate.encoded()));
    }

    /** A card that was issued anew has another key: its certificate is asked for again, and the old one serves nobody. */
    @Test
    public void aCardIssuedAnewShowsItsCertificateAgain() throws Exception {
        bench.certified().close();
        Bench again = new Bench();
        again.personalise();
        PeerCredentials shop = new PeerCredentials(bench.shop.certificate(), bench.shop.key(), bench.issuer.publicKey());
        // by another issuer: the certificate in memory is of the same card id, and of no use to it
        again.sent.clear();
        assertThrows(RefusedException.class, () -> bench.purses.openCertified(again, shop, Bench.TODAY));
        bench.sent.clear();
        bench.certified().close();
        assertEquals("the right card is known still", "A4 52", instructions());
        assertArrayEquals(Bench.CARD.bytes(), bench.certified().card().bytes());
    }
}
