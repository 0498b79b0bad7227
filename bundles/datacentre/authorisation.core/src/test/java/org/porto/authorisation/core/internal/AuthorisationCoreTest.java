// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.core.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.authorisation.api.AuthorisationInfo;
import org.porto.authorisation.api.AuthorisationState;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.issuer.api.CardInfo;
import org.porto.issuer.api.CardKey;
import org.porto.issuer.api.CardKeyOrder;
import org.porto.issuer.api.CardKeys;
import org.porto.issuer.api.Issuer;
import org.porto.journal.api.Journals;
import org.porto.journal.file.internal.FileJournals;
import org.porto.ledger.api.AccountNames;
import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.Signed;
import org.porto.protocol.recharge.AuthorisationList;
import org.porto.testkit.journal.MemoryJournals;
import org.porto.testkit.keys.MemoryKeys;

public class AuthorisationCoreTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final CustomerId ACME = new CustomerId("ACME");
    private static final CardId CARD = new CardId("0123456789ABCDEF");
    private static final String DEPOSIT = AccountNames.deposit(ACME);
    private static final String FLOAT = AccountNames.cardFloat(CARD);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CryptoService crypto = new BcCryptoService();
    private final SigningKey cardKey = crypto.generateSigningKey();
    private final Map<Long, Long> sums = new HashMap<>();
    private Instant now;
    private MemoryKeys keys;
    private MemoryJournals journals;
    private FakeLedger ledger;
    private AuthorisationCore core;
    private long sequence;

    @Before
    public void start() throws Exception {
        now = Instant.parse("2026-11-22T12:00:00Z");
        keys = new MemoryKeys(crypto);
        InstantSource time = () -> now;
        journals = new MemoryJournals(time);
        ledger = new FakeLedger();
        ledger.fund(DEPOSIT, EUR, 10_000);
        sums.clear();
        core = open(journals, 1000);
    }

    private AuthorisationCore open(Journals from, int changesMax) throws RefusedException {
        InstantSource time = () -> now;
        Path root = folder.getRoot().toPath();
        return new AuthorisationCore(
                from, root.resolve("aut"), keys, crypto, ledger, issuer(), cardKeys(), time, 90, 5_000, changesMax);
    }

    private void restart() throws RefusedException {
        core.close();
        journals.heal();
        core = open(journals, 1000);
    }

    /** Seals readably: kind, id, last day, detail; notes the control sum given to each sequence. */
    private Issuer issuer() {
        return (Issuer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Issuer.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "card":
                            return Optional.of(arguments[0])
                                    .filter(CARD::equals)
                                    .map(id -> new CardInfo(
                                            CARD,
                                            ACME,
                                            "l",
                                            "EUR",
                                            4_000,
                                            new byte[8],
                                            point()));
                        case "seal":
                            sequence++;
                            byte[] detail = (byte[]) arguments[4];
                            sums.put(sequence, ByteBuffer.wrap(detail).getLong(10));
                            byte[] envelope = ByteBuffer.allocate(82)
                                    .put((byte) 1)
                                    .put((byte) orderKeyVersion)
                                    .putLong(sequence)
                                    .put((byte[]) arguments[2])
                                    .put(detail)
                                    .array();
                            return new Issuer.SealedOrder(sequence, envelope);
                        case "signedBy":
                            return crypto.verify(
                                    cardKey.publicKey(),
                                    EcEncodings.rawSignature((byte[]) arguments[2]),
                                    (byte[]) arguments[1]);
                        default:
                            throw new UnsupportedOperationException(method.getName());
                    }
                });
    }

    private final List<CardKeyOrder> keyOrders = new ArrayList<>();
    private long keyChanges;
    private int orderKeyVersion;

    private CardKeys cardKeys() {
        return (CardKeys) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {CardKeys.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "orders":
                            return List.copyOf(keyOrders);
                        case "changes":
                            return keyChanges;
                        case "orderKeyVersion":
                            return orderKeyVersion;
                        case "receipt":
                            boolean known = keyOrders.removeIf(order -> order.id().equals(arguments[1]));
                            keyChanges++;
                            orderKeyVersion += known ? 1 : 0;
                            return known;
                        default:
                            throw new UnsupportedOperationException(method.getName());
                    }
                });
    }

    private void orderKey(int n) {
        keyOrders.add(new CardKeyOrder(
                id(n), CARD, CardKey.ORDERS, 2, new byte[8], n, 20_000, new byte[] {(byte) n, 0}));
        keyChanges++;
    }

    /** Orders that roll keys over wait in the list as recharges do, and go from it when the card has said so. */
    @Test
    public void keyOrdersAreListedUntilTheCardHasObeyed() throws Exception {
        AuthorisationInfo recharge = core.request(id(1), CARD, eur(1_000));
        long before = core.listVersion();
        orderKey(50);
        assertEquals(2, list(0).entries().size());
        assertEquals(1, list(before).entries().size());
        restart();
        assertEquals(2, list(0).entries().size());
        keyOrders.clear();
        orderKey(51); // one took the place of the other
        assertEquals(1, list(before + 1).tombstones().size());
        assertEquals(2, list(0).entries().size());

        core.receipt(receipt(ApplyReceipt.APPLIED, id(51), 0));
        AuthorisationList after = list(0);
        assertEquals("only the recharge waits", 1, after.entries().size());
        assertTrue("sealed anew", !recharge.entryId().equals(HexFormat.of().formatHex(after.entries().get(0).entryId())));
        assertEquals(Long.valueOf(0), sums.get(after.entries().get(0).order()));
        assertEquals("money is reserved once", 9_000, ledger.accounts.get(DEPOSIT).availableMils());
    }

    private byte[] point() {
        try {
            return EcEncodings.point(cardKey.publicKey());
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    public void chainsControlSumsAndReservesOnce() throws Exception {
        AuthorisationInfo first = core.request(id(1), CARD, eur(1_000));
        AuthorisationInfo second = core.request(id(2), CARD, eur(500));
        assertEquals(0, first.controlSumMils());
        assertEquals(1_000, second.controlSumMils());
        assertEquals(first, core.request(id(1), CARD, eur(1_000)));
        refused("AUT-004", () -> core.request(id(1), CARD, eur(999)));
        restart();
        assertEquals(second, core.request(id(2), CARD, eur(500)));
        assertEquals(8_500, ledger.accounts.get(DEPOSIT).availableMils());
        assertEquals(2, core.list(10).size());
        assertEquals(second, core.list(1).get(0));
    }

    @Test
    public void refusesWithoutLeavingATrace() throws Exception {
        refused("AUT-002", () -> core.request(id(1), new CardId("00000000000000FF"), eur(1)));
        refused("AUT-001", () -> core.request(id(1), CARD, eur(0)));
        refused("AUT-001", () -> core.request(id(1), CARD, eur(5_001)));
        refused("AUT-001", () -> core.request(id(1), CARD, Money.ofMils(1, Currency.getInstance("USD"))));
        refused("AUT-008", () -> core.request(id(1), CARD, eur(4_001)));
        ledger.fund(DEPOSIT, EUR, 100);
        refused("AUT-003", () -> core.request(id(1), CARD, eur(200)));
        ledger.fund(DEPOSIT, EUR, 1_000);
        assertEquals(0, core.request(id(2), CARD, eur(200)).controlSumMils());
        assertEquals("the refused id is free again", 200, core.request(id(1), CARD, eur(300)).controlSumMils());
    }

    @Test
    public void everyCutOfARequestEndsInOneAuthorisationAndNoHole() throws Exception {
        for (int at = 1; at <= 2; at++) {
            for (boolean kept : new boolean[] {false, true}) {
                for (boolean repeat : new boolean[] {false, true}) {
                    start();
                    core.request(id(1), CARD, eur(1_000));
                    journals.failAt(at, kept);
                    refused("JRN-003", () -> core.request(id(2), CARD, eur(500)));
                    restart();
                    if (repeat) {
                        core.request(id(2), CARD, eur(500));
                    }
                    boolean there = core.find(id(2)).isPresent();
                    assertEquals("at " + at + kept + repeat, repeat || at == 2 || kept, there);
                    AuthorisationInfo third = core.request(id(3), CARD, eur(200));
                    assertEquals(there ? 1_500 : 1_000, third.controlSumMils());
                    assertEquals(
                            there ? 8_300 : 8_800, ledger.accounts.get(DEPOSIT).availableMils());
                    AuthorisationList list = list(0);
                    assertEquals(there ? 3 : 2, list.entries().size());
                }
            }
        }
    }

    @Test
    public void databaseThatFailedLeavesTheIntentForLater() throws Exception {
        ledger.down = true;
        refused("LED-010", () -> core.request(id(1), CARD, eur(1_000)));
        refused("AUT-009", () -> core.request(id(2), CARD, eur(500)));
        restart();
        ledger.down = false;
        AuthorisationInfo second = core.request(id(2), CARD, eur(500));
        assertEquals(1_000, second.controlSumMils());
        assertEquals(8_500, ledger.accounts.get(DEPOSIT).availableMils());
    }

    @Test
    public void receiptPostsOnceAndBuries() throws Exception {
        AuthorisationInfo info = core.request(id(1), CARD, eur(1_000));
        byte[] receipt = receipt(ApplyReceipt.APPLIED, id(1), 1_000);
        for (boolean kept : new boolean[] {false, true}) {
            journals.failAt(1, kept);
            if (!kept) {
                refused("JRN-003", () -> core.receipt(receipt));
            }
            restart();
        }
        core.receipt(receipt);
        core.receipt(receipt);
        restart();
        core.receipt(receipt);
        assertEquals(AuthorisationState.APPLIED, core.find(id(1)).orElseThrow().state());
        assertEquals(9_000, ledger.accounts.get(DEPOSIT).postedMils());
        assertEquals(0, ledger.accounts.get(DEPOSIT).pendingOutMils());
        assertEquals(1_000, ledger.accounts.get(FLOAT).postedMils());
        assertEquals(2, core.listVersion());
        AuthorisationList delta = list(1);
        assertEquals(1, delta.base());
        assertTrue(delta.entries().isEmpty());
        assertEquals(info.entryId(), HexFormat.of().formatHex(delta.tombstones().get(0)));
        assertTrue(list(0).entries().isEmpty());
        assertTrue(list(2).tombstones().isEmpty());
    }

    @Test
    public void laterControlSumProvesEarlierOnes() throws Exception {
        core.request(id(1), CARD, eur(1_000));
        core.request(id(2), CARD, eur(500));
        core.request(id(3), CARD, eur(200));
        core.receipt(receipt(ApplyReceipt.FUTURE, id(3), 0));
        assertEquals(0, ledger.accounts.get(FLOAT).postedMils());
        core.receipt(receipt(ApplyReceipt.STALE, id(1), 1_500));
        assertEquals(1_500, ledger.accounts.get(FLOAT).postedMils());
        assertEquals(AuthorisationState.PENDING, core.find(id(3)).orElseThrow().state());
        core.receipt(receipt(ApplyReceipt.USED, id(3), 1_700));
        assertEquals(1_700, ledger.accounts.get(FLOAT).postedMils());
    }

    @Test
    public void badReceiptsMoveNothing() throws Exception {
        core.request(id(1), CARD, eur(1_000));
        byte[] good = receipt(ApplyReceipt.APPLIED, id(1), 1_000);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 4;
            RefusedException e = assertThrows("byte " + i, RefusedException.class, () -> core.receipt(bad));
            assertTrue(e.code(), e.code().equals("AUT-006") || e.code().equals("CRY-004"));
        }
        refused("AUT-006", () -> core.receipt(new byte[3]));
        refused("AUT-006", () -> core.receipt(receipt(ApplyReceipt.APPLIED, id(1), 999)));
        assertEquals(0, ledger.accounts.get(FLOAT).postedMils());
    }

    @Test
    public void expiredStaysReservedAndIsListedAnewWhenTheChainNeedsIt() throws Exception {
        AuthorisationInfo first = core.request(id(1), CARD, eur(1_000));
        now = now.plus(Duration.ofDays(91));
        restart();
        assertEquals(AuthorisationState.EXPIRED, core.find(id(1)).orElseThrow().state());
        assertTrue(list(0).entries().isEmpty());
        assertEquals(1_000, ledger.accounts.get(DEPOSIT).pendingOutMils());
        core.request(id(2), CARD, eur(500));
        AuthorisationInfo anew = core.find(id(1)).orElseThrow();
        assertEquals(AuthorisationState.PENDING, anew.state());
        assertEquals(0, anew.controlSumMils());
        AuthorisationList delta = list(1);
        assertEquals(2, delta.entries().size());
        assertEquals(first.entryId(), HexFormat.of().formatHex(delta.tombstones().get(0)));
        assertEquals(8_500, ledger.accounts.get(DEPOSIT).availableMils());
        core.receipt(receipt(ApplyReceipt.APPLIED, id(1), 1_000));
        assertEquals(1_000, ledger.accounts.get(FLOAT).postedMils());
    }

    @Test
    public void listsAreSignedTheSameForAllAndFallBackToASnapshot() throws Exception {
        core.close();
        journals = new MemoryJournals(() -> now);
        core = open(journals, 2);
        for (int i = 1; i <= 4; i++) {
            core.request(id(i), CARD, eur(100));
        }
        byte[] encoded = core.list(3L);
        assertArrayEquals(encoded, core.list(3L));
        Signed signed = AuthorisationList.split(encoded);
        assertTrue(crypto.verify(core.listKey(), signed.signature(), signed.body()));
        assertEquals(1, list(3).entries().size());
        assertEquals(2, list(2).base());
        assertEquals("too old", 0, list(1).base());
        assertEquals("unknown", 0, list(99).base());
        assertEquals(4, list(1).entries().size());
    }

    @Test
    public void worksOnRealJournalFiles() throws Exception {
        core.close();
        core = open(new FileJournals(() -> now), 1000);
        AuthorisationInfo info = core.request(id(1), CARD, eur(1_000));
        core.close();
        core = open(new FileJournals(() -> now), 1000);
        assertEquals(info.entryId(), core.find(id(1)).orElseThrow().entryId());
        assertEquals(1, core.listVersion());
    }

    private AuthorisationList list(long since) throws Exception {
        return AuthorisationList.parse(AuthorisationList.split(core.list(since)).body());
    }

    private byte[] receipt(int result, TransactionId id, long controlSum) throws RefusedException {
        byte[] body = ByteBuffer.allocate(47)
                .put((byte) 0xB1)
                .put((byte) 1)
                .put((byte) result)
                .put(CARD.bytes())
                .put(id.bytes())
                .putLong(controlSum)
                .putLong(controlSum)
                .putInt(1)
                .array();
        return new Signed(body, EcEncodings.derSignature(cardKey.sign(body))).encoded();
    }

    private static TransactionId id(int n) {
        return new TransactionId(String.format("%032x", n));
    }

    private static Money eur(long mils) {
        return Money.ofMils(mils, EUR);
    }

    private interface Act {
        void run() throws Exception;
    }

    private static void refused(String code, Act act) {
        assertEquals(code, assertThrows(RefusedException.class, act::run).code());
    }
}
