// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.point.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.journal.file.internal.FileJournals;
import org.porto.keys.api.KeyService;
import org.porto.merchant.api.Purchase;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.DebitReceipt;
import org.porto.protocol.tms.BatchAnswer;
import org.porto.protocol.tms.BatchRequest;
import org.porto.protocol.tms.TmsCodec;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.PurseState;
import org.porto.purse.api.PurseStatus;
import org.porto.purse.api.Purses;
import org.porto.testkit.journal.Cuts;
import org.porto.tms.api.TmsChannel;
import org.porto.tms.api.TmsCode;

public class OfflinePointTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final DeviceId DEVICE = new DeviceId("SHOP0001");
    private static final TransactionId ID = new TransactionId("a".repeat(32));
    private static final TransactionId OTHER = new TransactionId("b".repeat(32));
    private static final byte[] CARD = {0, 1, 2, 3, 4, 5, 6, 7};

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CryptoService crypto = new BcCryptoService();
    private final Map<Long, byte[]> debits = new HashMap<>();
    private final TreeMap<Long, BatchRequest> batches = new TreeMap<>();
    private final List<String> credited = new ArrayList<>();
    private byte[] inserted;
    private String rejectCode;
    private long balance;
    private boolean losesReply;
    private boolean losesOrder;
    private long cardTransaction;
    private boolean losesAnswer;
    private Cuts cuts;
    private Path file;
    private int run;

    @Before
    public void fresh() {
        cuts = new Cuts();
        debits.clear();
        batches.clear();
        credited.clear();
        inserted = CARD;
        rejectCode = "";
        balance = 10_000;
        losesReply = false;
        losesOrder = false;
        losesAnswer = false;
        cardTransaction = 500;
        file = folder.getRoot().toPath().resolve("purchases" + run++);
    }

    private OfflinePoint point() throws Exception {
        Purses purses = fake(Purses.class, Map.of("openCertified", cuts.around(PurseSession.class, session())));
        return new OfflinePoint(
                DEVICE,
                EUR,
                new SaleBook(cuts.journals(new FileJournals(InstantSource.system())), file),
                fake(CardReaders.class, Map.of("claim", fake(CardClaim.class, Map.of()))),
                purses,
                cuts.around(TmsChannel.class, channel()),
                fake(KeyService.class, Map.of("certificate", Optional.of(new byte[1]), "signingKey", crypto.generateSigningKey())),
                crypto,
                InstantSource.system());
    }

    private static <T> T fake(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                Cuts.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> answers.get(method.getName())));
    }

    private PurseSession session() {
        return PurseSession.class.cast(Proxy.newProxyInstance(
                Cuts.class.getClassLoader(), new Class<?>[] {PurseSession.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "card" -> CardId.of(inserted);
                    case "debit" -> debit((DebitOrder) args[0]);
                    case "status", "statusAtOpening" -> status();
                    case "proveDebit" -> prove((Long) args[0], (Long) args[1]);
                    case "close" -> null;
                    default -> throw new AssertionError(method);
                }));
    }

    private PurseStatus status() {
        return new PurseStatus(
                CardId.of(inserted), PurseState.OPERATIONAL, EUR, balance, 0, 0, 0, 100_000, 100_000, 3, 10, cardTransaction, 0);
    }

    /** The card's log has ten debits: it proves nothing about what may have left it. */
    private Optional<byte[]> prove(long number, long cardTransactionBefore) throws RefusedException {
        byte[] receipt = debits.get(number);
        if (receipt == null && cardTransaction > cardTransactionBefore + 10) {
            throw new RefusedException(PurseCode.LOG_SHORT);
        }
        return Optional.ofNullable(receipt);
    }

    private byte[] debit(DebitOrder order) throws RefusedException, UncertainException {
        if (losesOrder) {
            throw new UncertainException(PurseCode.REPLY_LOST, order.transaction(), "", null);
        }
        if (order.amount().mils() > balance) {
            throw new RefusedException(PurseCode.FUNDS_SHORT);
        }
        if (debits.containsKey(order.peerTransaction())) {
            throw new AssertionError("number used twice");
        }
        cardTransaction++;
        balance -= order.amount().mils();
        byte[] receipt = ByteBuffer.allocate(DebitReceipt.BYTES + 70)
                .put((byte) 0xB2)
                .put((byte) 1)
                .put((byte) DebitReceipt.DEBIT)
                .put(inserted)
                .put((byte) CardCertificate.ROLE_MERCHANT)
                .put(DEVICE.bytes())
                .putInt((int) order.peerTransaction())
                .putInt(9)
                .putShort((short) order.day())
                .putShort((short) EUR.getNumericCode())
                .putLong(order.amount().mils())
                .putLong(balance)
                .putLong(10_000 - balance)
                .array();
        debits.put(order.peerTransaction(), receipt);
        if (losesReply) {
            throw new UncertainException(PurseCode.REPLY_LOST, order.transaction(), "", null);
        }
        return receipt;
    }

    private TmsChannel channel() {
        return TmsChannel.class.cast(Proxy.newProxyInstance(
                Cuts.class.getClassLoader(), new Class<?>[] {TmsChannel.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "cardCertificate", "issuerPublicKey" -> new byte[1];
                    case "exchange" -> settle((BatchRequest) TmsCodec.decode((byte[]) args[1]));
                    default -> {
                        if (method.isDefault()) {
                            yield InvocationHandler.invokeDefault(proxy, method, args);
                        }
                        throw new AssertionError(method);
                    }
                }));
    }

    private byte[] settle(BatchRequest request) throws Exception {
        BatchRequest known = batches.putIfAbsent(request.batchNumber(), request);
        List<String> digests = request.receipts().stream()
                .map(receipt -> HexFormat.of().formatHex(crypto.sha256(receipt)))
                .toList();
        if (known != null) {
            assertEquals(known.totalMils(), request.totalMils());
            assertEquals(known.receipts().size(), request.receipts().size());
        } else if (rejectCode.isEmpty()) {
            credited.addAll(digests);
        }
        if (losesAnswer) {
            throw new UncertainException(TmsCode.REPLY_LOST, new TransactionId(request.nonce()), "", null);
        }
        return TmsCodec.encode(
                rejectCode.isEmpty()
                        ? new BatchAnswer(
                                request.nonce(), request.batchNumber(), digests.size(), request.totalMils(), List.of())
                        : new BatchAnswer(
                                request.nonce(), request.batchNumber(), 0, 0,
                                digests.stream().map(digest -> digest + " " + rejectCode).toList()));
    }

    private static Money euro(long mils) {
        return Money.ofMils(mils, EUR);
    }

    @Test
    public void aPurchaseIsPaidOnceAndAnsweredAgain() throws Exception {
        OfflinePoint point = point();
        Purchase paid = point.purchase(ID, euro(3000), "");
        assertEquals("paid", paid.state());
        assertEquals(paid, point.purchase(ID, euro(3000), ""));
        assertEquals(7000, balance);
        assertEquals("MER-003", assertThrows(RefusedException.class, () -> point.purchase(ID, euro(1), "")).code());
        assertEquals("MER-007", assertThrows(RefusedException.class, () -> point.purchase(OTHER, euro(0), "")).code());
        cuts.restore();
        assertEquals(List.of(paid), point().purchases(10));
    }

    @Test
    public void aRefusalOfTheCardIsNotPaidAndMayBeTriedAgain() throws Exception {
        OfflinePoint point = point();
        assertEquals("PUR-009", assertThrows(RefusedException.class, () -> point.purchase(ID, euro(10_001), "")).code());
        assertEquals("not-paid", point.purchases(1).get(0).state());
        balance = 20_000;
        assertEquals(2, point.purchase(ID, euro(10_001), "").number());
    }

    @Test
    public void aLostReplyIsResolvedAtTheNextMeetingOfThatCard() throws Exception {
        OfflinePoint point = point();
        losesReply = true;
        assertEquals("MER-002", assertThrows(UncertainException.class, () -> point.purchase(ID, euro(3000), "")).code());
        losesReply = false;
        inserted = new byte[] {7, 7, 7, 7, 7, 7, 7, 7};
        assertEquals("MER-002", assertThrows(UncertainException.class, () -> point.purchase(ID, euro(3000), "")).code());
        assertEquals("MER-005", assertThrows(RefusedException.class, point::submit).code());
        assertTrue(point.resolve("").isEmpty());
        inserted = CARD;
        assertEquals("paid", point.resolve("").get(0).state());
        assertEquals(7000, balance);
        assertEquals(3000, point.submit().acceptedMils());
    }

    @Test
    public void anOrderThatNeverReachedAnOldCardIsNotPaid() throws Exception {
        OfflinePoint point = point();
        losesOrder = true;
        assertEquals("MER-002", assertThrows(UncertainException.class, () -> point.purchase(ID, euro(3000), "")).code());
        losesOrder = false;
        cuts.restore();
        OfflinePoint again = point();
        assertEquals("not-paid", again.resolve("").get(0).state());
        again.purchase(ID, euro(3000), "");
        assertEquals(7000, balance);
    }

    @Test
    public void whatTheCardsLogCannotProveStaysOpenAndHoldsNothingUp() throws Exception {
        OfflinePoint point = point();
        losesOrder = true;
        assertEquals("MER-002", assertThrows(UncertainException.class, () -> point.purchase(ID, euro(3000), "")).code());
        losesOrder = false;
        cardTransaction += 11;
        assertTrue(point.resolve("").isEmpty());
        assertEquals("MER-002", assertThrows(UncertainException.class, () -> point.purchase(ID, euro(3000), "")).code());
        assertEquals("paid", point.purchase(OTHER, euro(1000), "").state());
        assertEquals(9000, balance);
        assertEquals("open", point.purchases(2).get(1).state());
    }

    @Test
    public void anUnansweredBatchIsSentAgainUnchanged() throws Exception {
        OfflinePoint point = point();
        point.purchase(ID, euro(3000), "");
        losesAnswer = true;
        assertEquals("MER-006", assertThrows(UncertainException.class, point::submit).code());
        point.purchase(OTHER, euro(1000), "");
        losesAnswer = false;
        cuts.restore();
        OfflinePoint again = point();
        assertEquals(1, again.submit().purchases());
        assertEquals(1000, again.submit().totalMils());
        assertEquals(2, credited.size());
        assertEquals("MER-005", assertThrows(RefusedException.class, again::submit).code());
        assertEquals(2, again.batches().size());
    }

    @Test
    public void aShadowShortReceiptComesAgainAndOthersStayRejected() throws Exception {
        OfflinePoint point = point();
        point.purchase(ID, euro(3000), "");
        rejectCode = "SET-006";
        assertEquals(0, point.submit().accepted());
        assertEquals("paid", point.purchases(1).get(0).state());
        rejectCode = "SET-002";
        assertEquals(2, point.submit().number());
        assertEquals("rejected", point.purchases(1).get(0).state());
        assertEquals("MER-005", assertThrows(RefusedException.class, point::submit).code());
    }

    @Test
    public void everyCutOfAPurchaseAndItsBatchMovesTheMoneyOnce() throws Exception {
        int seen = 0;
        for (int n = 0; ; n++) {
            fresh();
            OfflinePoint point = point();
            cuts.after(n);
            boolean cut = false;
            try {
                point.purchase(ID, euro(3000), "");
                point.submit();
            } catch (Cuts.Cut e) {
                cut = true;
                seen++;
            }
            cuts.restore();
            OfflinePoint again = point();
            again.purchase(ID, euro(3000), "");
            if (!again.purchases(1).get(0).state().equals("submitted")) {
                again.submit();
            }
            assertEquals("cut " + n, 7000, balance);
            assertEquals("cut " + n, 1, credited.size());
            assertEquals("cut " + n, "submitted", again.purchases(1).get(0).state());
            cuts.restore();
            if (!cut) {
                break;
            }
        }
        assertTrue("only " + seen, seen > 15);
    }
}
