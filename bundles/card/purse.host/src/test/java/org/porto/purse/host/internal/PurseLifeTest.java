// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.junit.Before;
import org.junit.Test;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretBytes;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.CardOrder;
import org.porto.protocol.card.DebitReceipt;
import org.porto.protocol.card.Signed;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.LoadOrder;
import org.porto.purse.api.PairState;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.PurseLogEntry;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.PurseState;
import org.porto.purse.api.PurseStatus;

/** The life of a purse from blank to terminated, applet and host together (rules P1-P6, T3-T6, R2, R5, R8). */
public class PurseLifeTest {

    private Bench bench;

    @Before
    public void card() throws Exception {
        bench = new Bench();
        bench.machine.strict(true);
        bench.personalise();
    }

    private int apply(CardOrder order) throws Exception {
        try (PurseSession session = bench.certified()) {
            return Bench.receipt(session.apply(bench.envelope(order))).result();
        }
    }

    private PurseStatus status() throws Exception {
        try (PurseSession session = bench.certified()) {
            return session.status();
        }
    }

    private DebitReceipt debit(long amount, long number) throws Exception {
        try (PurseSession session = bench.certified()) {
            byte[] receipt = session.debit(
                    new DebitOrder(bench.freshTransaction(), Bench.chf(amount), number, CardDays.of(Bench.TODAY)));
            return DebitReceipt.parse(Signed.split(receipt, DebitReceipt.BYTES).body());
        }
    }

    private void load(long amount) throws Exception {
        try (PurseSession session = bench.paired()) {
            session.verifyPin(Bench.PIN);
            LoadOrder order = session.prepareLoad(bench.freshTransaction(), Bench.chf(amount), Bench.TODAY);
            bench.storeNext(order.nextSecret());
            session.load(order);
            bench.settle(true);
        }
    }

    private static void refused(String code, org.junit.function.ThrowingRunnable act) {
        assertEquals(code, assertThrows(RefusedException.class, act).code());
    }

    @Test
    public void publicStatusTellsStateOnly() throws Exception {
        assertEquals(PurseState.OPERATIONAL, bench.purses.select(bench).state());
        assertEquals(PurseState.BLANK, bench.purses.select(new Bench()).state());
        assertEquals(
                "6f1184" + "07f0504f52544f01" + "a506c00101c10101" + "9000",
                java.util.HexFormat.of().formatHex(bench.raw("00A4040007F0504F52544F0100")));
    }

    @Test
    public void blankCardGivesNothing() throws Exception {
        Bench blank = new Bench();
        refused("PUR-016", blank::certified);
        refused("PUR-016", blank::paired);
        try (SecretBytes wrong = SecretBytes.owning(new byte[16])) {
            refused("PUR-003", () -> blank.purses.openPersonalisation(blank, wrong));
        }
        try (SecretBytes key = Bench.transportKey()) {
            refused("PUR-016", () -> bench.purses.openPersonalisation(bench, key));
        }
    }

    @Test
    public void keyIsMadeOnceAndForeignCertificateIsRefused() throws Exception {
        Bench blank = new Bench();
        try (SecretBytes key = Bench.transportKey();
                var perso = blank.purses.openPersonalisation(blank, key)) {
            byte[] first = perso.generateKey();
            assertArrayEquals(first, perso.generateKey());
            refused("PUR-017", () -> perso.complete(blank.profile(blank.issuer.publicKey()), Bench.PIN));
            assertEquals(PurseState.BLANK, blank.purses.select(blank).state());
        }
        blank.personalise();
        assertEquals(PurseState.OPERATIONAL, blank.purses.select(blank).state());
    }

    @Test
    public void freshCardHoldsNothing() throws Exception {
        assertEquals(
                new PurseStatus(
                        Bench.CARD,
                        PurseState.OPERATIONAL,
                        Bench.CHF,
                        0,
                        0,
                        0,
                        0,
                        Bench.BALANCE_MAX,
                        Bench.TRANSACTION_MAX,
                        3,
                        10,
                        0,
                        0),
                status());
    }

    @Test
    public void rechargeDebitUndoPairLoad() throws Exception {
        assertEquals(ApplyReceipt.APPLIED, apply(bench.recharge(100_000, 0, 1)));
        DebitReceipt spent = debit(30_000, 1);
        assertEquals(70_000, spent.balanceMils());
        assertEquals(30_000, spent.spentMils());
        assertEquals(2, spent.cardTransaction());
        assertEquals(ApplyReceipt.APPLIED, apply(bench.pairing(Bench.METER, 2, 50_000)));
        load(20_000);
        load(5_000);
        try (PurseSession session = bench.paired()) {
            assertFalse(session.appliedInDoubt());
            assertEquals(new PairState(2, 5_000, 25_000), session.pairState());
            PurseStatus status = session.status();
            assertEquals(95_000, status.balance());
            assertEquals(30_000, status.spent());
            assertEquals(25_000, status.loadedFromMeters());
            assertEquals("loads and debits leave Sc (P1)", 100_000, status.controlSum());
            assertEquals(4, status.cardTransaction());
            assertEquals(2, status.orderSequence());
            List<PurseLogEntry> log = session.log();
            assertEquals(
                    List.of("load", "load", "debit", "recharge"),
                    log.stream().map(PurseLogEntry::kind).toList());
            assertEquals("METER001", log.get(0).peer());
            assertEquals(2, log.get(0).peerTransaction());
            assertEquals("SHOP0001", log.get(2).peer());
            assertEquals(Bench.TODAY, log.get(2).day());
            assertArrayEquals(bench.certified().routingTag(), bench.purses.openCertified(bench, bench.shop, Bench.TODAY).routingTag());
        }
    }

    @Test
    public void threeChainedAuthorisationsInAnyOrderAreAllAppliedOnce() throws Exception {
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        long sum = 0;
        for (int[] arrival : orders) {
            byte[][] envelopes = new byte[3][];
            for (int i = 0; i < 3; i++) {
                envelopes[i] = bench.envelope(bench.recharge(10_000, sum + 10_000L * i, i));
            }
            int applied = 0;
            boolean[] done = new boolean[3];
            try (PurseSession session = bench.certified()) {
                for (int round = 0; round < 3; round++) {
                    for (int i : arrival) {
                        int result = Bench.receipt(session.apply(envelopes[i])).result();
                        applied += result == ApplyReceipt.APPLIED ? 1 : 0;
                        assertEquals(done[i] ? ApplyReceipt.USED : result, result);
                        assertTrue(result == ApplyReceipt.APPLIED || result == ApplyReceipt.USED || result == ApplyReceipt.FUTURE);
                        done[i] |= result == ApplyReceipt.APPLIED;
                    }
                }
            }
            assertEquals(3, applied);
            sum += 30_000;
            assertEquals(sum, status().controlSum());
        }
    }

    @Test
    public void burnKeepsLaterOnesGood() throws Exception {
        assertEquals(ApplyReceipt.FUTURE, apply(bench.recharge(5_000, 7_000, 2)));
        CardOrder later = bench.recharge(5_000, 7_000, 3);
        CardOrder dead = bench.recharge(7_000, 0, 1);
        assertEquals(ApplyReceipt.APPLIED, apply(bench.burn(7_000, 0, 4)));
        assertEquals(ApplyReceipt.STALE, apply(dead));
        assertEquals(ApplyReceipt.APPLIED, apply(later));
        assertEquals(ApplyReceipt.USED, apply(later));
        PurseStatus status = status();
        assertEquals(5_000, status.balance());
        assertEquals(7_000, status.burned());
        assertEquals(12_000, status.controlSum());
        assertEquals(5_000, status.rechargedTotal());
    }

    @Test
    public void namedRefusalsOfOrders() throws Exception {
        assertEquals(ApplyReceipt.OVERFLOW, apply(bench.recharge(Bench.BALANCE_MAX + 1, 0, 1)));
        assertEquals(ApplyReceipt.OVERFLOW, apply(bench.recharge(Long.MAX_VALUE, 0, 1)));
        assertEquals(
                ApplyReceipt.WRONG_CURRENCY,
                apply(bench.order(CardOrder.RECHARGE, 1, CardOrder.valueDetail(978, 1_000, 0))));
        assertEquals(ApplyReceipt.APPLIED, apply(bench.recharge(Bench.BALANCE_MAX, 0, 1)));
        assertEquals(ApplyReceipt.OVERFLOW, apply(bench.recharge(1, Bench.BALANCE_MAX, 2)));
        refused("PUR-014", () -> apply(bench.recharge(0, Bench.BALANCE_MAX, 2)));
        byte[] good = bench.envelope(bench.recharge(1, Bench.BALANCE_MAX, 2));
        try (PurseSession session = bench.certified()) {
            for (int i = 0; i < good.length; i += 5) {
                byte[] bad = good.clone();
                bad[i] ^= 4;
                refused("PUR-014", () -> session.apply(bad));
            }
            refused("PUR-014", () -> session.apply(bench.envelope(bench.recharge(1, 0, 2), bench.issuer)));
            refused("PUR-014", () -> session.apply(new byte[3]));
            refused("PUR-014", () -> session.apply(new byte[255]));
            CardOrder foreign = new CardOrder(
                    CardOrder.RECHARGE, 1, new byte[8], bench.freshId(), 3, 1, CardOrder.valueDetail(756, 1, 0));
            refused("PUR-014", () -> session.apply(bench.envelope(foreign)));
            assertEquals(Bench.BALANCE_MAX, session.status().balance());
        }
    }

    @Test
    public void lifeCycleByOrderOnly() throws Exception {
        apply(bench.recharge(10_000, 0, 1));
        CardOrder invalidate = bench.order(CardOrder.INVALIDATE, 10, new byte[0]);
        assertEquals(ApplyReceipt.APPLIED, apply(invalidate));
        assertEquals(PurseState.INVALIDATED, status().state());
        refused("PUR-010", () -> debit(1, 1));
        assertEquals(ApplyReceipt.BLOCKED, apply(bench.recharge(1, 10_000, 2)));
        assertEquals(ApplyReceipt.BLOCKED, apply(bench.pairing(Bench.METER, 11, 1)));
        assertEquals(ApplyReceipt.STALE, apply(bench.order(CardOrder.REHABILITATE, 10, new byte[0])));
        assertEquals(ApplyReceipt.USED, apply(invalidate));
        assertEquals(ApplyReceipt.APPLIED, apply(bench.order(CardOrder.REHABILITATE, 11, new byte[0])));
        debit(1, 1);
        assertEquals(ApplyReceipt.APPLIED, apply(bench.order(CardOrder.TERMINATE, 12, new byte[0])));
        assertEquals(PurseState.TERMINATED, status().state());
        assertEquals(ApplyReceipt.BLOCKED, apply(bench.order(CardOrder.REHABILITATE, 13, new byte[0])));
        refused("PUR-010", () -> debit(1, 2));
    }

    @Test
    public void pinBlocksAndOnlyAnOrderUnblocks() throws Exception {
        apply(bench.pairing(Bench.METER, 1, 50_000));
        try (PurseSession session = bench.paired()) {
            LoadOrder order = session.prepareLoad(bench.freshTransaction(), Bench.chf(1), Bench.TODAY);
            refused("PUR-007", () -> session.load(order));
            session.changePin(Bench.PIN, "987654".toCharArray());
            refused("PUR-005", () -> session.verifyPin(Bench.PIN));
            refused("PUR-005", () -> session.verifyPin("12".toCharArray()));
            assertEquals("a malformed PIN takes no try", 2, session.status().pinTriesLeft());
            session.verifyPin("987654".toCharArray());
            assertEquals(3, session.status().pinTriesLeft());
            refused("PUR-005", () -> session.verifyPin(Bench.PIN));
            refused("PUR-007", () -> session.load(order));
            refused("PUR-005", () -> session.verifyPin(Bench.PIN));
            refused("PUR-006", () -> session.verifyPin(Bench.PIN));
            refused("PUR-006", () -> session.verifyPin("987654".toCharArray()));
            refused("PUR-006", () -> session.changePin("987654".toCharArray(), Bench.PIN));
            Bench.receipt(session.apply(bench.envelope(bench.order(CardOrder.UNBLOCK_PIN, 2, new byte[0]))));
            session.verifyPin("987654".toCharArray());
            session.load(order);
        }
        bench.settle(false);
        assertEquals(1, status().balance());
    }

    @Test
    public void recognitionBlocksForSecretsAndTheOrderFreesIt() throws Exception {
        apply(bench.pairing(Bench.METER, 1, 50_000));
        bench.purses.select(bench);
        for (int i = 0; i < 10; i++) {
            assertEquals(0x9000, Bench.status(bench.raw("8050000018" + "4D45544552303031" + "00".repeat(16) + "00")));
            assertEquals(0x6982, Bench.status(bench.raw("8082000010" + "00".repeat(16) + "00")));
        }
        assertEquals(0x6983, Bench.status(bench.raw("8050000018" + "4D45544552303031" + "00".repeat(16) + "00")));
        refused("PUR-003", bench::paired);
        assertEquals(0, status().recognitionTriesLeft());
        assertEquals(ApplyReceipt.APPLIED, apply(bench.order(CardOrder.UNBLOCK_PIN, 2, new byte[0])));
        bench.paired().close();
        assertEquals(10, status().recognitionTriesLeft());
    }

    @Test
    public void limitsOfLoads() throws Exception {
        apply(bench.pairing(Bench.METER, 1, 50_000));
        for (int i = 0; i < 9; i++) {
            load(50_000);
        }
        refused("PUR-012", () -> load(50_001));
        load(49_999);
        refused("PUR-008", () -> load(2));
        load(1);
        assertEquals(Bench.BALANCE_MAX, status().balance());
        assertEquals(0, status().controlSum());
    }

    @Test
    public void limitsOfDebits() throws Exception {
        apply(bench.recharge(Bench.BALANCE_MAX, 0, 1));
        refused("PUR-012", () -> debit(Bench.TRANSACTION_MAX + 1, 1));
        refused("PUR-015", () -> debit(0, 1));
        debit(Bench.TRANSACTION_MAX, 1);
        debit(Bench.TRANSACTION_MAX, 2);
        refused("PUR-009", () -> debit(100_001, 3));
        refused("PUR-016", () -> debit(1, 2));
        debit(100_000, 3);
        refused("PUR-009", () -> debit(1, 4));
        try (PurseSession session = bench.certified()) {
            refused("PUR-013", () -> session.debit(new DebitOrder(
                    bench.freshTransaction(),
                    org.porto.model.api.Money.ofMils(1, java.util.Currency.getInstance("EUR")),
                    9,
                    1)));
        }
    }

    @Test
    public void undoTakesTheLastDebitBackOnce() throws Exception {
        apply(bench.recharge(10_000, 0, 1));
        debit(1_000, 1);
        debit(2_000, 2);
        try (PurseSession session = bench.certified()) {
            refused("PUR-016", () -> session.undoDebit(1, bench.freshTransaction()));
            byte[] undone = session.undoDebit(2, bench.freshTransaction());
            DebitReceipt receipt = DebitReceipt.parse(Signed.split(undone, DebitReceipt.BYTES).body());
            assertEquals(DebitReceipt.UNDO, receipt.kind());
            assertEquals(9_000, receipt.balanceMils());
            assertEquals(1_000, receipt.spentMils());
            session.undoDebit(2, bench.freshTransaction());
            assertEquals("once", 9_000, session.status().balance());
            assertEquals(10_000, session.status().controlSum());
            byte[] proof = session.proveDebit(2).orElseThrow();
            assertEquals(
                    DebitReceipt.UNDO,
                    DebitReceipt.parse(Signed.split(proof, DebitReceipt.BYTES).body()).kind());
            refused("PUR-016", () -> session.undoDebit(1, bench.freshTransaction()));
        }
        PeerCredentials other = bench.peer(new DeviceId("SHOP0002"), CardCertificate.ROLE_MERCHANT);
        try (PurseSession session = bench.purses.openCertified(bench, other, Bench.TODAY)) {
            assertTrue(session.proveDebit(1).isEmpty());
            refused("PUR-016", () -> session.undoDebit(2, bench.freshTransaction()));
        }
    }

    @Test
    public void absenceIsProvedOnlyWhileTheLogReachesBack() throws Exception {
        apply(bench.recharge(100_000, 0, 1));
        long before = status().cardTransaction();
        for (int number = 2; number <= 11; number++) {
            debit(10, number);
        }
        try (PurseSession session = bench.certified()) {
            assertTrue("the log holds every debit since", session.proveDebit(1, before).isEmpty());
            refused("PUR-019", () -> session.proveDebit(1));
            assertTrue(session.proveDebit(2).isPresent());
        }
        debit(10, 12);
        try (PurseSession session = bench.certified()) {
            refused("PUR-019", () -> session.proveDebit(2, before));
            assertTrue(session.proveDebit(1, before + 1).isEmpty());
            assertEquals(10, session.log().stream().filter(l -> l.kind().equals("debit")).count());
        }
    }

    @Test
    public void pairTableIsBoundedAndRepairingKeepsTheCount() throws Exception {
        for (int i = 0; i < 8; i++) {
            assertEquals(ApplyReceipt.APPLIED, apply(bench.pairing(new DeviceId("METER00" + i), i + 1, 50_000)));
        }
        assertEquals(ApplyReceipt.OVERFLOW, apply(bench.pairing(new DeviceId("METER009"), 9, 50_000)));
        load(700);
        assertEquals(ApplyReceipt.APPLIED, apply(bench.pairing(Bench.METER, 10, 60_000)));
        try (PurseSession session = bench.paired()) {
            assertEquals(new PairState(1, 700, 700), session.pairState());
        }
        load(55_000);
        assertEquals(55_700, status().balance());
    }

    @Test
    public void keysRollOver() throws Exception {
        try (ExportableSigningKey second = bench.crypto.generateSigningKey();
                ExportableSigningKey third = bench.crypto.generateSigningKey();
                PurseSession session = bench.certified()) {
            byte[] first = bench.envelope(bench.roll(CardOrder.OF_DATACENTRE, 2, second.publicKey(), 1, 1));
            refused("PUR-020", () -> session.apply(first));
            session.showKey(third.publicKey());
            refused("PUR-020", () -> session.apply(first));
            session.showKey(second.publicKey());
            assertEquals(ApplyReceipt.APPLIED, Bench.receipt(session.apply(first)).result());
            assertEquals(ApplyReceipt.USED, Bench.receipt(session.apply(first)).result());

            CardOrder old = bench.recharge(100, 0, 1);
            assertEquals("outstanding orders stay good", ApplyReceipt.APPLIED, Bench.receipt(session.apply(bench.envelope(old))).result());
            session.showKey(third.publicKey());
            CardOrder byOld = bench.roll(CardOrder.OF_DATACENTRE, 3, third.publicKey(), 2, 1);
            refused("PUR-014", () -> session.apply(bench.envelope(byOld)));
            CardOrder lower = bench.roll(CardOrder.OF_DATACENTRE, 2, third.publicKey(), 2, 2);
            assertEquals(ApplyReceipt.STALE, Bench.receipt(session.apply(bench.envelope(lower, second, 2))).result());
            CardOrder next = bench.roll(CardOrder.OF_DATACENTRE, 3, third.publicKey(), 2, 2);
            refused("PUR-014", () -> session.apply(bench.envelope(next, third, 2)));
            assertEquals(ApplyReceipt.APPLIED, Bench.receipt(session.apply(bench.envelope(next, second, 2))).result());
            refused("PUR-014", () -> session.apply(bench.envelope(bench.recharge(100, 100, 3))));
            CardOrder latest = new CardOrder(
                    CardOrder.RECHARGE, 3, Bench.CARD.bytes(), bench.freshId(), 3, 9_999, CardOrder.valueDetail(756, 5, 100));
            assertEquals(ApplyReceipt.APPLIED, Bench.receipt(session.apply(bench.envelope(latest, third, 3))).result());
        }
        assertEquals(105, status().balance());
    }

    @Test
    public void issuerKeysRollOver() throws Exception {
        try (ExportableSigningKey second = bench.crypto.generateSigningKey();
                ExportableSigningKey third = bench.crypto.generateSigningKey()) {
            PeerCredentials late = bench.peer(Bench.SHOP, CardCertificate.ROLE_MERCHANT, second, 2);
            PeerCredentials newShop = new PeerCredentials(late.certificate(), late.key(), bench.issuer.publicKey());
            refused("PUR-017", () -> bench.purses.openCertified(bench, newShop, Bench.TODAY));
            roll(second, 2, 1);
            bench.purses.openCertified(bench, newShop, Bench.TODAY).close();
            bench.certified().close(); // the one before is good for as long as a change-over takes
            roll(third, 3, 2);
            bench.purses.openCertified(bench, newShop, Bench.TODAY).close();
            refused("PUR-017", bench::certified);
        }
    }

    private void roll(ExportableSigningKey key, int version, long sequence) throws Exception {
        try (PurseSession session = bench.certified()) {
            session.showKey(key.publicKey());
            byte[] order = bench.envelope(bench.roll(CardOrder.OF_ISSUER, version, key.publicKey(), sequence, 1));
            assertEquals(ApplyReceipt.APPLIED, Bench.receipt(session.apply(order)).result());
        }
    }

    /** What a card says in clear is the same for all cards, or new each time: also for a meter that it does not know. */
    @Test
    public void noTwoMeetingsCanBeLinked() throws Exception {
        apply(bench.pairing(Bench.METER, 1, 50_000));
        bench.purses.select(bench);
        java.util.Set<String> seen = new java.util.HashSet<>();
        for (int i = 0; i < 20; i++) {
            String serial = i % 2 == 0 ? "4D45544552303031" : "4D45544552303939";
            byte[] answer = bench.raw("8050000018" + serial + "00".repeat(16) + "00");
            assertEquals(0x9000, Bench.status(answer));
            assertEquals(42, answer.length);
            for (int at = 0; at < 40; at += 8) {
                assertTrue(seen.add(java.util.HexFormat.of().formatHex(answer, at, at + 8)));
            }
        }
        assertEquals(0x6982, Bench.status(bench.raw("8082000010" + "00".repeat(16) + "00")));
        assertEquals("guessing is counted for an unknown meter too", 9, status().recognitionTriesLeft());
    }

    @Test
    public void strangersAreRefused() throws Exception {
        refused("PUR-002", bench::paired);
        apply(bench.pairing(Bench.METER, 1, 50_000));
        refused("PUR-002", () -> bench.purses.openPaired(bench, Bench.METER, handle -> List.of()));
        refused(
                "PUR-003",
                () -> bench.purses.openPaired(
                        bench,
                        Bench.METER,
                        handle -> List.of(new org.porto.purse.api.PairingBook.Candidate(
                                Bench.CARD, false, SecretBytes.owning(new byte[16])))));
        Bench strange = new Bench();
        refused("PUR-017", () -> bench.purses.openCertified(bench, strange.shop, Bench.TODAY));
        PeerCredentials mixed = new PeerCredentials(bench.shop.certificate(), bench.shop.key(), strange.issuer.publicKey());
        refused("PUR-017", () -> bench.purses.openCertified(bench, mixed, Bench.TODAY));
        PeerCredentials stolen = new PeerCredentials(bench.shop.certificate(), strange.shop.key(), bench.issuer.publicKey());
        refused("PUR-003", () -> bench.purses.openCertified(bench, stolen, Bench.TODAY));
        refused("PUR-017", () -> bench.purses.openCertified(bench, bench.shop, Bench.TODAY.plusYears(6)));
        PeerCredentials card = bench.peer(Bench.SHOP, CardCertificate.ROLE_CARD);
        refused("PUR-017", () -> bench.purses.openCertified(bench, card, Bench.TODAY));
        assertEquals(new CardId("0011223344556677"), bench.paired().card());
    }

    @Test
    public void lostReplyOfALoadIsUncertainAndTheNextMeetingTells() throws Exception {
        apply(bench.pairing(Bench.METER, 1, 50_000));
        try (PurseSession session = bench.paired()) {
            session.verifyPin(Bench.PIN);
            LoadOrder order = session.prepareLoad(bench.freshTransaction(), Bench.chf(900), Bench.TODAY);
            bench.storeNext(order.nextSecret());
            bench.onAnswer = answer -> {
                if (bench.sent.get(bench.sent.size() - 1)[1] == 0x40) {
                    throw new org.porto.javacard.runtime.api.PowerCut(null);
                }
                return answer;
            };
            UncertainException lost = assertThrows(UncertainException.class, () -> session.load(order));
            assertEquals("PUR-018", lost.code());
            assertEquals(order.transaction(), lost.transaction());
            refused("PUR-004", session::status);
            refused("PUR-004", () -> session.load(order));
        }
        try (PurseSession session = bench.paired()) {
            assertTrue(session.appliedInDoubt());
            assertEquals(new PairState(1, 900, 900), session.pairState());
        }
    }

    @Test
    public void severalLoadsInOneSessionUntilAnewPairing() throws Exception {
        apply(bench.pairing(Bench.METER, 1, 50_000));
        try (PurseSession session = bench.paired()) {
            session.verifyPin(Bench.PIN);
            for (int i = 1; i <= 3; i++) {
                LoadOrder order = session.prepareLoad(bench.freshTransaction(), Bench.chf(10), Bench.TODAY);
                assertEquals(i, order.transfers());
                bench.storeNext(order.nextSecret());
                session.load(order);
                bench.settle(true);
                refused("PUR-016", () -> session.load(order));
            }
            LoadOrder late = session.prepareLoad(bench.freshTransaction(), Bench.chf(10), Bench.TODAY);
            session.apply(bench.envelope(bench.pairing(Bench.METER, 2, 50_000)));
            refused("PUR-016", () -> session.load(late));
            refused("PUR-016", session::pairState);
            assertEquals(30, session.status().balance());
        }
        load(5);
        assertEquals(35, status().balance());
    }

    /** Offset of the applet's persistent array in the card's image: the card id stands at 8. */
    private static int base(byte[] image) {
        for (int i = 0; ; i++) {
            if (java.util.Arrays.equals(image, i, i + 8, Bench.CARD.bytes(), 0, 8)) {
                return i - 8;
            }
        }
    }

    private void poke(int at, byte[] value) throws Exception {
        Bench.Snapshot now = bench.snapshot();
        byte[] image = now.image();
        System.arraycopy(value, 0, image, base(image) + at, value.length);
        bench.restore(new Bench.Snapshot(image, now.book(), now.bookNext()));
    }

    @Test
    public void counterNearItsEndClosesTheCardCleanly() throws Exception {
        apply(bench.recharge(10_000, 0, 1));
        apply(bench.pairing(Bench.METER, 2, 50_000));
        poke(66, new byte[] {-1, -1, -2, -1});
        debit(10, 1);
        assertEquals(0xFFFFFF00L, status().cardTransaction());
        refused("PUR-011", () -> debit(10, 2));
        refused("PUR-011", () -> load(10));
        assertEquals(ApplyReceipt.BLOCKED, apply(bench.recharge(10, 10_000, 3)));
        assertEquals(ApplyReceipt.APPLIED, apply(bench.order(CardOrder.TERMINATE, 4, new byte[0])));
        assertEquals(9_990, status().balance());
    }

    @Test
    public void registersNeverWrap() throws Exception {
        apply(bench.recharge(10_000, 0, 1));
        apply(bench.pairing(Bench.METER, 2, 50_000));
        byte[] high = java.nio.ByteBuffer.allocate(16).putLong(Long.MAX_VALUE - 20_000).putLong(Long.MAX_VALUE - 20_000).array();
        poke(42, high);
        assertEquals(10_000, status().controlSum());
        debit(5_000, 1);
        load(15_000);
        refused("PUR-011", () -> load(5_001));
        assertEquals(ApplyReceipt.APPLIED, apply(bench.recharge(2_000, 10_000, 3)));
        assertEquals(12_000, status().controlSum());
    }
}
