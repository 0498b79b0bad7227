// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.crypto.api.CertificateRole;
import org.porto.issuer.api.CardInfo;
import org.porto.issuer.api.DeviceInfo;
import org.porto.issuer.api.Issuer;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalRecord;
import org.porto.journal.api.Journals;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.Posting;
import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.tms.SettlementOrder;
import org.porto.settlement.api.BatchResult;
import org.porto.settlement.api.Doubt;
import org.porto.settlement.api.DoubtEvidence;
import org.porto.settlement.api.DoubtState;
import org.porto.settlement.api.MeterRecord;
import org.porto.settlement.api.ReportedDoubt;

/** Rules L2, L3, M1 over a real ledger; the issuer's answers are made up, the cards' signatures are not. */
public class LedgerSettlementTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final DeviceId METER = new DeviceId("METER001");
    private static final DeviceId SHOP = new DeviceId("SHOP0001");
    private static final CardId CARD = new CardId("00000000000000C1");
    private static final CustomerId ACME = new CustomerId("ACME");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final MemoryJournals journals = new MemoryJournals();
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private KeyPair cardKey;
    private Ledger ledger;
    private LedgerSettlement settlement;

    @Before
    public void open() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        cardKey = generator.generateKeyPair();
        ledger = TestLedger.open(folder.newFolder(), InstantSource.system());
        ledger.open("bank:deposits", AccountKind.ASSET, EUR);
        ledger.open("deposit:ACME", AccountKind.LIABILITY, EUR);
        ledger.post(List.of(new Posting(id(1), "bank:deposits", "deposit:ACME", Money.ofMils(100_000, EUR), "deposit", "")));
        settlement = again();
    }

    private LedgerSettlement again() throws RefusedException {
        return new LedgerSettlement(
                folder.getRoot().toPath(), ledger, issuer(), journals, body -> new byte[64], () -> now, Duration.ofHours(10));
    }

    private Issuer issuer() {
        return (Issuer) Proxy.newProxyInstance(Issuer.class.getClassLoader(), new Class<?>[] {Issuer.class}, (p, method, args) ->
                switch (method.getName()) {
                    case "device" -> args[0].equals(METER)
                            ? Optional.of(new DeviceInfo(METER, CertificateRole.METER, ACME, "enrolled", ""))
                            : args[0].equals(SHOP)
                                    ? Optional.of(new DeviceInfo(SHOP, CertificateRole.MERCHANT, new CustomerId("SHOP"), "enrolled", ""))
                                    : Optional.empty();
                    case "card" -> args[0].equals(CARD)
                            ? Optional.of(new CardInfo(CARD, ACME, "", "EUR", 50_000, new byte[8], new byte[65]))
                            : Optional.empty();
                    case "signedBy" -> {
                        Signature signature = Signature.getInstance("SHA256withECDSA");
                        signature.initVerify(cardKey.getPublic());
                        signature.update((byte[]) args[1]);
                        try {
                            yield signature.verify((byte[]) args[2]);
                        } catch (java.security.SignatureException e) {
                            yield false;
                        }
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private byte[] receipt(int kind, int role, DeviceId peer, int number, long mils) throws Exception {
        ByteBuffer body = ByteBuffer.allocate(56);
        body.put((byte) 0xB2).put((byte) 1).put((byte) kind).put(CARD.bytes()).put((byte) role).put(peer.bytes());
        body.putInt(number).putInt(number).putShort((short) 100).putShort((short) 978).putLong(mils).putLong(0).putLong(0);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(cardKey.getPrivate());
        signature.update(body.array());
        byte[] der = signature.sign();
        return ByteBuffer.allocate(56 + der.length).put(body.array()).put(der).array();
    }

    private static TransactionId id(long n) {
        return new TransactionId(String.format("%032x", n));
    }

    private static MeterRecord record(long sequence, String kind, long mils, long fee, String reference) {
        return new MeterRecord(sequence, kind, id(1000 + sequence).value(), mils, fee, reference, ByteBuffer.allocate(32).putLong(sequence).array());
    }

    private long balance(String account) throws RefusedException {
        return ledger.account(account).map(a -> a.postedMils()).orElse(0L);
    }

    private static void refused(String code, org.junit.function.ThrowingRunnable act) {
        assertEquals(code, assertThrows(RefusedException.class, act).code());
    }

    private List<MeterRecord> life() {
        return List.of(record(1, "authorise", 0, 0, ""), record(2, "activate", 0, 0, ""), record(3, "refill", 50_000, 0, "1"),
                record(4, "frank", 593, 0, "LETTER"), record(5, "transfer-out", 10_000, 100, CARD.value()),
                record(6, "transfer-out", 2_000, 0, CARD.value()), record(7, "transfer-done", 10_000, 100, CARD.value()),
                record(8, "transfer-undone", 2_000, 0, CARD.value()));
    }

    @Test
    public void aMetersLifeIsBookedOnce() throws Exception {
        String reference = settlement.refill(METER, 1, id(1003), Money.ofMils(50_000, EUR));
        assertEquals(reference, settlement.refill(METER, 1, id(1003), Money.ofMils(50_000, EUR)));
        refused("LED-003", () -> settlement.refill(METER, 1, id(1003), Money.ofMils(50_001, EUR)));
        refused("LED-004", () -> settlement.refill(METER, 2, id(2), Money.ofMils(50_001, EUR)));
        settlement.report(METER, 0, 0, 0);
        assertTrue("a refill on its way", settlement.floatReport().holds());
        assertEquals(8, settlement.book(METER, life()));
        assertEquals(8, settlement.book(METER, life()));
        assertEquals(593, balance("postal:authority"));
        assertEquals(10_000, balance("float:card:" + CARD));
        assertEquals(100, balance("income:fees"));
        assertEquals(0, balance("float:transit"));
        assertEquals(50_000 - 593 - 10_100, balance("float:meter:METER001"));
        settlement.report(METER, 8, 50_000 - 593 - 10_100, 0);
        assertTrue(settlement.floatReport().holds());
        settlement.report(METER, 8, 50_000 - 593 - 10_100 + 1, 0);
        assertFalse(settlement.floatReport().holds());
        assertTrue(ledger.verify() > 0);
    }

    @Test
    public void gapsAndOtherRecordsAreRefusedAlsoAfterARestart() throws Exception {
        settlement.refill(METER, 1, id(1003), Money.ofMils(50_000, EUR));
        settlement.book(METER, life().subList(0, 4));
        settlement.close();
        settlement = again();
        refused("SET-009", () -> settlement.book(METER, life().subList(5, 8)));
        MeterRecord other = new MeterRecord(4, "frank", id(1004).value(), 593, 0, "LETTER", new byte[32]);
        refused("SET-008", () -> settlement.book(METER, List.of(other)));
        refused("SET-008", () -> settlement.book(METER, List.of(record(5, "magic", 1, 0, ""))));
        assertEquals(8, settlement.book(METER, life()));
        refused("SET-010", () -> settlement.book(SHOP, life()));
    }

    @Test
    public void everythingIsRedoneSafelyWhenTheMemoryWasLost() throws Exception {
        settlement.refill(METER, 1, id(1003), Money.ofMils(50_000, EUR));
        settlement.book(METER, life());
        long entries = ledger.verify();
        journals.files.clear();
        settlement = again();
        assertEquals(8, settlement.book(METER, life()));
        assertEquals(entries, ledger.verify());
        journals.files.clear();
        settlement = again();
        List<MeterRecord> forged = new ArrayList<>(life());
        forged.set(3, new MeterRecord(4, "frank", id(1004).value(), 593, 0, "LETTER", new byte[32]));
        refused("LED-003", () -> settlement.book(METER, forged));
    }

    @Test
    public void cardPaidFrankingWaitsForItsReceipt() throws Exception {
        settlement.refill(METER, 1, id(1003), Money.ofMils(50_000, EUR));
        settlement.book(METER, life());
        long rest = balance("float:meter:METER001");
        assertEquals(9, settlement.book(METER, List.of(record(9, "frank", rest, 0, "L"), record(10, "frank-by-card", 700, 0, "L"))));
        byte[] paid = receipt(1, 2, METER, 1, 700);
        settlement.cardPaid(METER, paid);
        settlement.cardPaid(METER, paid);
        settlement.cardPaid(METER, receipt(1, 2, METER, 1, 700));
        assertEquals("once, also under another signature", 700, balance("float:meter:METER001"));
        assertEquals(10, settlement.book(METER, List.of(record(10, "frank-by-card", 700, 0, "L"))));
        assertEquals(0, balance("float:meter:METER001"));
        refused("SET-006", () -> settlement.cardPaid(METER, receipt(1, 2, METER, 2, 9_301)));
        refused("SET-002", () -> settlement.cardPaid(METER, receipt(1, 3, METER, 2, 1)));
        refused("SET-002", () -> settlement.cardPaid(METER, receipt(1, 2, SHOP, 2, 1)));
        for (int bit = 0; bit < 56 * 8; bit++) {
            byte[] wrong = paid.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows("bit " + bit, RefusedException.class, () -> settlement.cardPaid(METER, wrong));
        }
        assertEquals(9_300, balance("float:card:" + CARD));
    }

    @Test
    public void batchesAreBookedOnceAndShortOnesComeAgain() throws Exception {
        settlement.refill(METER, 1, id(1003), Money.ofMils(50_000, EUR));
        settlement.book(METER, life());
        byte[] a = receipt(1, 3, SHOP, 1, 6_000);
        byte[] b = receipt(1, 3, SHOP, 2, 6_000);
        byte[] c = receipt(1, 3, SHOP, 3, 1_000);
        byte[] other = receipt(1, 3, METER, 4, 10);
        refused("SET-001", () -> settlement.batch(SHOP, 1, List.of(a, b), 12_001));
        BatchResult first = settlement.batch(SHOP, 1, List.of(a, b, c, other, a), 19_010);
        assertEquals(2, first.accepted());
        assertEquals(7_000, first.acceptedMils());
        assertEquals(List.of("SET-006", "SET-004", "SET-003"), first.rejected().stream().map(r -> r.substring(65)).toList());
        assertEquals(first, settlement.batch(SHOP, 1, List.of(a, b, c, other, a), 19_010));
        settlement.close();
        settlement = again();
        assertEquals(first, settlement.batch(SHOP, 1, List.of(a, b, c, other, a), 19_010));
        refused("SET-005", () -> settlement.batch(SHOP, 1, List.of(a, b), 12_000));
        assertEquals(7_000, balance("merchant:SHOP0001"));
        byte[] undo = receipt(2, 3, SHOP, 5, 6_000);
        BatchResult second = settlement.batch(SHOP, 2, List.of(a, undo, b), 6_000);
        assertEquals("SET-003", second.rejected().get(0).substring(65));
        assertEquals(2, second.accepted());
        assertEquals(7_000, balance("merchant:SHOP0001"));
        assertEquals(3_000, balance("float:card:" + CARD));
        journals.files.clear();
        settlement = again();
        assertEquals("crash between booking and answer", 2, settlement.batch(SHOP, 2, List.of(undo, b), 0).accepted());
        assertEquals(7_000, balance("merchant:SHOP0001"));
    }

    /** A meter with 50.000 refilled that sent 4.000 and a fee of 30 to the card, which would have given it the number 9. */
    private ReportedDoubt doubtful() throws Exception {
        settlement.refill(METER, 1, id(1003), Money.ofMils(50_000, EUR));
        settlement.book(METER, List.of(
                record(1, "refill", 50_000, 0, "1"), record(2, "transfer-out", 4_000, 30, CARD.value())));
        return told(DoubtState.IN_DOUBT);
    }

    private static ReportedDoubt told(DoubtState state) {
        return new ReportedDoubt(id(77), CARD, 4_000, 30, 9, Instant.EPOCH, state);
    }

    private Doubt doubt() throws RefusedException {
        return settlement.doubts().get(0);
    }

    private void obeys(boolean done) throws Exception {
        settlement.book(METER, List.of(record(3, done ? "transfer-done" : "transfer-undone", 4_000, 30, CARD.value())));
    }

    @Test
    public void asDoneOnlyAfterTheWaitAndAlwaysTheSameOrder() throws Exception {
        settlement.inDoubt(METER, List.of(doubtful()));
        assertEquals(DoubtState.IN_DOUBT, doubt().state());
        refused("SET-013", () -> settlement.settle(id(77), true, "lost"));
        refused("SET-014", () -> settlement.settle(id(77), false, "lost"));
        refused("SET-012", () -> settlement.settle(id(78), true, "lost"));
        assertEquals(List.of(), settlement.orders(METER));
        now = now.plus(Duration.ofHours(10));
        refused("SET-017", () -> settlement.settle(id(77), true, " "));
        assertEquals(DoubtState.ORDERED_DONE, settlement.settle(id(77), true, "lost").state());
        settlement.close();
        settlement = again();
        now = now.plus(Duration.ofHours(1));
        assertEquals(DoubtState.ORDERED_DONE, settlement.settle(id(77), true, "again").state());
        assertEquals("lost", doubt().reason());
        refused("SET-016", () -> settlement.settle(id(77), false, "lost"));
        SettlementOrder order = SettlementOrder.parse(settlement.orders(METER).get(0));
        assertEquals(SettlementOrder.DONE, order.outcome());
        assertEquals(METER.value(), order.meter());
        assertEquals(4_000, order.amountMils());
        assertEquals(30, order.feeMils());
        assertEquals(978, order.currencyNumeric());
        assertArrayEquals(id(77).bytes(), order.transaction());
        assertArrayEquals(settlement.order(id(77)), settlement.orders(METER).get(0));
        assertEquals("nothing is booked by ordering", 4_030, balance("float:transit"));
        obeys(true);
        settlement.inDoubt(METER, List.of(told(DoubtState.SETTLED_DONE)));
        assertEquals(List.of(), settlement.orders(METER));
        assertEquals(0, balance("float:transit"));
        assertEquals(4_000, balance("float:card:" + CARD));
        settlement.inDoubt(METER, List.of(told(DoubtState.AGREED)));
        settlement.inDoubt(METER, List.of(told(DoubtState.REFUND_DUE)));
        assertEquals("what has ended stays so", DoubtState.AGREED, doubt().state());
        assertEquals(4_000, balance("float:card:" + CARD));
    }

    /** The card came back without what was settled as done: amount and fee go back, once, whoever says so how often. */
    @Test
    public void whatTheCardNeverHadIsRefundedOnce() throws Exception {
        settlement.inDoubt(METER, List.of(doubtful()));
        long deposit = balance("deposit:ACME");
        settlement.inDoubt(METER, List.of(told(DoubtState.REFUND_DUE)));
        assertEquals("nobody ordered it", deposit, balance("deposit:ACME"));
        now = now.plus(Duration.ofHours(10));
        settlement.settle(id(77), true, "lost");
        obeys(true);
        settlement.inDoubt(METER, List.of(
                new ReportedDoubt(id(77), CARD, 5_000, 30, 9, Instant.EPOCH, DoubtState.REFUND_DUE)));
        assertEquals("another amount is another story", deposit, balance("deposit:ACME"));
        for (int i = 0; i < 3; i++) {
            settlement.inDoubt(METER, List.of(told(DoubtState.REFUND_DUE)));
            assertEquals(DoubtState.REFUNDED, doubt().state());
            assertEquals(deposit + 4_030, balance("deposit:ACME"));
            assertEquals(0, balance("float:card:" + CARD));
            assertEquals(0, balance("income:fees"));
            settlement.close();
            settlement = again();
        }
        journals.files.clear();
        settlement = again();
        settlement.inDoubt(METER, List.of(told(DoubtState.REFUND_DUE)));
        assertEquals("a lost journal pays nothing", deposit + 4_030, balance("deposit:ACME"));
        ledger.verify();
    }

    @Test
    public void aRefundWaitsForTheCardsFloat() throws Exception {
        settlement.inDoubt(METER, List.of(doubtful()));
        now = now.plus(Duration.ofHours(10));
        settlement.settle(id(77), true, "lost");
        long deposit = balance("deposit:ACME");
        settlement.inDoubt(METER, List.of(told(DoubtState.REFUND_DUE)));
        assertEquals(DoubtState.REFUND_DUE, doubt().state());
        assertEquals(deposit, balance("deposit:ACME"));
        obeys(true);
        settlement.inDoubt(METER, List.of(told(DoubtState.REFUND_DUE)));
        assertEquals(DoubtState.REFUNDED, doubt().state());
        assertEquals(deposit + 4_030, balance("deposit:ACME"));
    }

    /** The card gave the load's number to a purchase: proof, whichever of receipt and report came first. */
    @Test
    public void asUndoneOnlyOnTheCardsOwnWord() throws Exception {
        for (boolean receiptFirst : new boolean[] {true, false}) {
            journals.files.clear();
            open();
            ReportedDoubt report = doubtful();
            byte[] paid = receipt(1, 3, SHOP, 9, 100);
            if (receiptFirst) {
                settlement.batch(SHOP, 1, List.of(paid), 100);
                settlement.close();
                settlement = again();
            }
            settlement.inDoubt(METER, List.of(report));
            if (!receiptFirst) {
                settlement.batch(SHOP, 1, List.of(paid), 100);
            }
            assertEquals(DoubtEvidence.NOT_ON_CARD, doubt().evidence());
            now = now.plus(Duration.ofHours(10));
            refused("SET-015", () -> settlement.settle(id(77), true, "lost"));
            assertEquals(DoubtState.ORDERED_UNDONE, settlement.settle(id(77), false, "proved").state());
            SettlementOrder order = SettlementOrder.parse(settlement.order(id(77)));
            assertEquals(SettlementOrder.UNDONE, order.outcome());
            assertFalse("names its proof", Arrays.equals(new byte[32], order.proof()));
            obeys(false);
            settlement.inDoubt(METER, List.of(told(DoubtState.SETTLED_UNDONE)));
            assertEquals(0, balance("float:transit"));
            assertEquals(50_000, balance("float:meter:METER001"));
            settlement.inDoubt(METER, List.of(told(DoubtState.CONTRADICTED)));
            assertEquals(DoubtState.CONTRADICTED, doubt().state());
        }
    }

    @Test
    public void whatProvesNothing() throws Exception {
        settlement.inDoubt(METER, List.of(doubtful()));
        settlement.batch(SHOP, 1, List.of(receipt(1, 3, SHOP, 8, 100)), 100);
        assertEquals(DoubtEvidence.NONE, doubt().evidence());
        byte[] forged = receipt(1, 3, SHOP, 9, 100);
        forged[60] ^= 1;
        settlement.batch(SHOP, 2, List.of(forged), 100);
        assertEquals(DoubtEvidence.NONE, doubt().evidence());
        settlement.batch(SHOP, 3, List.of(receipt(1, 3, SHOP, 10, 100)), 100);
        assertEquals(DoubtEvidence.PASSED, doubt().evidence());
        refused("SET-014", () -> settlement.settle(id(77), false, "guessed"));
        settlement.batch(SHOP, 4, List.of(receipt(1, 3, SHOP, 9, 100)), 100);
        assertEquals("comes later, proves all the same", DoubtEvidence.NOT_ON_CARD, doubt().evidence());
    }

    @Test
    public void whatIsNamedNoMoreWasEndedByItsCard() throws Exception {
        settlement.inDoubt(METER, List.of(doubtful()));
        settlement.inDoubt(METER, List.of());
        assertEquals(DoubtState.ENDED_BY_CARD, doubt().state());
        now = now.plus(Duration.ofHours(10));
        refused("SET-012", () -> settlement.settle(id(77), true, "late"));
        assertEquals(List.of(), settlement.orders(METER));
    }

    /** A report that leaves a transfer out ends nothing for good: the next one that names it opens it again. */
    @Test
    public void whatIsNamedAgainIsInDoubtAgain() throws Exception {
        settlement.inDoubt(METER, List.of(doubtful()));
        settlement.inDoubt(METER, List.of());
        assertEquals(DoubtState.ENDED_BY_CARD, doubt().state());
        settlement.inDoubt(METER, List.of(doubtful()));
        assertEquals(DoubtState.IN_DOUBT, doubt().state());
        now = now.plus(Duration.ofDays(400));
        settlement.settle(id(77), true, "lost");
        assertEquals(DoubtState.ORDERED_DONE, doubt().state());
        settlement.inDoubt(METER, List.of());
        assertEquals(DoubtState.ENDED_BY_CARD, doubt().state());
        settlement.inDoubt(METER, List.of(doubtful()));
        assertEquals("its order waits again", 1, settlement.orders(METER).size());
    }

    /** Journals that a test can lose. */
    private static final class MemoryJournals implements Journals {

        private final Map<Path, List<JournalRecord>> files = new HashMap<>();

        @Override
        public Journal open(Path file) {
            List<JournalRecord> records = files.computeIfAbsent(file, f -> new ArrayList<>());
            return new Journal() {
                @Override
                public JournalRecord append(int type, byte[] payload) {
                    JournalRecord record = new JournalRecord(records.size() + 1, Instant.EPOCH, type, payload, new byte[32]);
                    records.add(record);
                    return record;
                }

                @Override
                public List<JournalRecord> appendAll(int type, List<byte[]> payloads) {
                    return payloads.stream().map(p -> append(type, p)).toList();
                }

                @Override
                public long lastSequence() {
                    return records.size();
                }

                @Override
                public void replay(long fromSequence, Consumer<JournalRecord> sink) {
                    records.forEach(sink);
                }

                @Override
                public long verify() {
                    return records.size();
                }

                @Override
                public void compact(int type, List<byte[]> payloads) {
                    records.clear();
                    appendAll(type, payloads);
                }

                @Override
                public void close() { }
            };
        }
    }
}
