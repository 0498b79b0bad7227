// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.franking.api.FrankingService;
import org.porto.journal.file.internal.FileJournals;
import org.porto.keys.api.KeyService;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.tms.DoubtReport;
import org.porto.protocol.tms.SyncRequest;
import org.porto.recharge.api.RechargeQueue;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterVault;
import org.porto.testkit.journal.Cuts;
import org.porto.tms.api.RefillResult;
import org.porto.tms.api.TmsChannel;
import org.porto.tms.api.TmsClient;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferCode;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferService;

public class SessionClientTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final TransactionId ID = new TransactionId("a".repeat(32));
    private static final TransactionId OTHER = new TransactionId("b".repeat(32));

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CryptoService crypto = new BcCryptoService();
    private Cuts cuts;
    private FakeVault vault;
    private FakeHost host;
    private List<byte[]> receipts;
    private long listVersion;
    private final List<TransferInfo> doubts = new ArrayList<>();
    private Path file;
    private int run;

    @Before
    public void fresh() throws Exception {
        cuts = new Cuts();
        vault = new FakeVault();
        host = new FakeHost(crypto);
        receipts = new ArrayList<>(List.of(new byte[] {1}, new byte[] {2}));
        listVersion = 0;
        file = folder.getRoot().toPath().resolve("sessions" + run++);
    }

    private SessionClient client() throws Exception {
        MeterIdentity identity = fake(MeterIdentity.class, Map.of("serial", new DeviceId("METER001"), "currency", EUR));
        KeyService keys = fake(KeyService.class, Map.of("certificate", Optional.of(new byte[1])));
        return new SessionClient(
                new SessionLog(cuts.journals(new FileJournals(InstantSource.system())), file),
                new SessionClient.Parts(
                        cuts.around(TmsChannel.class, host),
                        cuts.around(RegisterVault.class, vault),
                        keys,
                        identity,
                        crypto,
                        cuts.around(RechargeQueue.class, queue()),
                        fake(FrankingService.class, Map.of("unacknowledgedReceipts", List.of())),
                        cuts.around(TransferService.class, transfers())),
                () -> Map.of("org.porto.model", "0.1.0"));
    }

    /** What the data centre orders is obeyed by a post; the same one again posts nothing. */
    private TransferService transfers() {
        return TransferService.class.cast(Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TransferService.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "inDoubt" -> doubts.stream().filter(one -> !one.settled()).toList();
                    case "settled" -> doubts.stream().filter(TransferInfo::settled).toList();
                    case "pairings" -> null;
                    case "settle" -> {
                        byte[] order = (byte[]) args[0];
                        if (order[0] == 9) {
                            throw new RefusedException(TransferCode.ORDER_WRONG);
                        }
                        vault.post(new TransactionId("f".repeat(32)), new RegisterOperation.Inspected(Instant.ofEpochSecond(77)));
                        doubts.clear();
                        yield null;
                    }
                    default -> throw new AssertionError(method);
                }));
    }

    private RechargeQueue queue() {
        return RechargeQueue.class.cast(Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {RechargeQueue.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "unacknowledgedReceipts" -> List.copyOf(receipts);
                    case "acknowledgeReceipts" -> {
                        for (Object digest : (Collection<?>) args[0]) {
                            receipts.removeIf(r -> HexFormat.of().formatHex(crypto.sha256(r)).equals(digest));
                        }
                        yield null;
                    }
                    case "listVersion" -> listVersion;
                    case "size" -> 7;
                    case "accept" -> {
                        listVersion = ((byte[]) args[0])[0];
                        yield 7;
                    }
                    default -> throw new AssertionError(method);
                }));
    }

    private static <T> T fake(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> answers.get(method.getName())));
    }

    private static Money euro(long mils) {
        return Money.ofMils(mils, EUR);
    }

    private SessionClient enrolled() throws Exception {
        SessionClient client = client();
        client.enrol("CODE");
        return client;
    }

    private void restart() {
        cuts.restore();
    }

    /** Rule S4: what is in doubt is reported; what the host orders is obeyed and uploaded within the same session. */
    @Test
    public void doubtsAreReportedAndOrdersAreObeyedInTheSameSession() throws Exception {
        TmsClient client = enrolled();
        TransferInfo doubt = new TransferInfo(
                OTHER, new CardId("00112233445566FF"), 5, 1, TransferBlock.IN_DOUBT, Instant.EPOCH, TransferBlock.REGISTERS_120,
                Instant.EPOCH, 9, false);
        doubts.add(doubt);
        host.settlements = List.of(new byte[] {9}, new byte[] {1});
        int obeyed = client.sync().settlements();
        assertEquals("one of the two in each round", host.sessions.size(), obeyed);
        assertEquals(
                new DoubtReport(OTHER.value(), "00112233445566FF", 5, 1, 9, 0, DoubtReport.IN_DOUBT),
                host.sessions.get(0).inDoubt().get(0));
        assertEquals("uploaded in the session that ordered it", vault.registers().sequence(), host.records.size());
        assertTrue(host.records.stream().anyMatch(record -> record.transaction().equals("f".repeat(32))));
        assertEquals(List.of(), host.sessions.get(host.sessions.size() - 1).inDoubt());
    }

    @Test
    public void aRefillIsBookedOnceAndAnsweredAgain() throws Exception {
        TmsClient client = enrolled();
        RefillResult first = client.refill(ID, euro(5000));
        assertEquals(first, client.refill(ID, euro(5000)));
        assertEquals("ref-1", first.hostReference());
        assertEquals(5000, vault.registers().descending());
        assertEquals(1, host.refills.size());
        restart();
        TmsClient again = client();
        assertEquals(first, again.refill(ID, euro(5000)));
        assertEquals("REG-006", assertThrows(RefusedException.class, () -> again.refill(ID, euro(5001))).code());
    }

    @Test
    public void aLostAnswerLeavesItPendingUntilResolved() throws Exception {
        TmsClient client = enrolled();
        host.link = FakeHost.Link.LOSES_ANSWERS;
        assertEquals("TMS-006", assertThrows(UncertainException.class, () -> client.refill(ID, euro(5000))).code());
        assertEquals("TMS-005", assertThrows(RefusedException.class, () -> client.refill(ID, euro(6000))).code());
        assertEquals("TMS-005", assertThrows(RefusedException.class, () -> client.refill(OTHER, euro(6000))).code());
        restart();
        host.link = FakeHost.Link.UP;
        TmsClient again = client();
        assertEquals(0, vault.registers().descending());
        assertTrue(again.resolve());
        assertFalse(again.resolve());
        assertEquals(5000, vault.registers().descending());
        assertEquals(2, again.refill(OTHER, euro(6000)).refillNumber());
        assertEquals(1_000_000 - 11_000, host.deposit);
    }

    @Test
    public void aForgedRefusalEndsNothing() throws Exception {
        TmsClient client = enrolled();
        host.link = FakeHost.Link.FORGES_REFUSALS;
        assertThrows(UncertainException.class, () -> client.refill(ID, euro(5000)));
        host.link = FakeHost.Link.UP;
        assertEquals(1, client.refill(ID, euro(5000)).refillNumber());
        assertEquals(5000, vault.registers().descending());
    }

    @Test
    public void aDeadLinkAndASealedRefusalFreeTheNumber() throws Exception {
        TmsClient client = enrolled();
        host.link = FakeHost.Link.DOWN;
        assertEquals("TMS-001", assertThrows(RefusedException.class, () -> client.refill(ID, euro(5000))).code());
        host.link = FakeHost.Link.UP;
        assertEquals("LED-004", assertThrows(RefusedException.class, () -> client.refill(ID, euro(2_000_000))).code());
        assertFalse(client.resolve());
        assertEquals(1, client.refill(OTHER, euro(6000)).refillNumber());
    }

    @Test
    public void aPendingRefillThatTheDeadLinkNeverSawAgainStaysPending() throws Exception {
        TmsClient client = enrolled();
        host.link = FakeHost.Link.LOSES_ANSWERS;
        assertThrows(UncertainException.class, () -> client.refill(ID, euro(5000)));
        host.link = FakeHost.Link.DOWN;
        assertThrows(UncertainException.class, () -> client.resolve());
        host.link = FakeHost.Link.UP;
        assertTrue(client.resolve());
        assertEquals(5000, vault.registers().descending());
    }

    @Test
    public void whatTheVaultWouldRefuseIsNotAsked() throws Exception {
        TmsClient client = enrolled();
        assertEquals("REG-003", assertThrows(RefusedException.class, () -> client.refill(ID, euro(10_000_001))).code());
        assertEquals("TMS-007", assertThrows(RefusedException.class, () -> client.refill(ID, euro(0))).code());
        assertTrue(host.refills.isEmpty());
    }

    @Test
    public void everyCutOfARefillLeavesItDoneOnceAfterTheRepeat() throws Exception {
        int cutsSeen = 0;
        for (int n = 0; ; n++) {
            fresh();
            enrolled();
            restart();
            SessionClient client = client();
            cuts.after(n);
            boolean cut = false;
            try {
                client.refill(ID, euro(5000));
            } catch (Cuts.Cut e) {
                cut = true;
                cutsSeen++;
            }
            restart();
            SessionClient again = client();
            RefillResult result = again.refill(ID, euro(5000));
            assertEquals("cut " + n, 1, result.refillNumber());
            assertEquals("cut " + n, 5000, vault.registers().descending());
            assertEquals("cut " + n, 1_000_000 - 5000, host.deposit);
            assertEquals("cut " + n, 2, again.refill(OTHER, euro(100)).refillNumber());
            assertEquals("cut " + n, 1_000_000 - 5100, host.deposit);
            restart();
            if (!cut) {
                break;
            }
        }
        assertTrue("only " + cutsSeen + " cuts", cutsSeen > 10);
    }

    @Test
    public void everyCutOfASessionLosesAndDoublesNothing() throws Exception {
        int cutsSeen = 0;
        for (int n = 0; ; n++) {
            fresh();
            enrolled().refill(ID, euro(5000));
            restart();
            SessionClient client = client();
            cuts.after(n);
            boolean cut = false;
            try {
                client.sync();
            } catch (Cuts.Cut e) {
                cut = true;
                cutsSeen++;
            }
            restart();
            client().sync();
            restart();
            assertEquals("cut " + n, vault.registers().sequence(), host.records.size());
            assertEquals("cut " + n, 2, host.receipts.size());
            assertTrue("cut " + n, receipts.isEmpty());
            assertEquals("cut " + n, 3, listVersion);
            if (!cut) {
                break;
            }
        }
        assertTrue("only " + cutsSeen + " cuts", cutsSeen > 20);
    }

    @Test
    public void everyCutOfAnEnrolmentIsMendedByRepeatingIt() throws Exception {
        for (int n = 0; ; n++) {
            fresh();
            SessionClient client = client();
            cuts.after(n);
            boolean cut = false;
            try {
                client.enrol("CODE");
            } catch (Cuts.Cut e) {
                cut = true;
            }
            restart();
            try {
                client().enrol("CODE");
            } catch (RefusedException e) {
                assertEquals("TMS-004", e.code());
            }
            restart();
            assertEquals(3, vault.records.size());
            if (!cut) {
                break;
            }
        }
    }

    @Test
    public void aSessionReportsRegistersOfItsLastRecordAndBooksAll() throws Exception {
        TmsClient client = enrolled();
        client.refill(ID, euro(9_000));
        for (int i = 0; i < 12_000; i++) {
            vault.post(TransactionId.of(id(i)), new RegisterOperation.Frank(i % 2 == 0 ? 0 : 1, "letter"));
        }
        var result = client.sync();
        assertEquals(vault.registers().sequence(), host.records.size());
        assertEquals(host.records.size(), result.recordsUploaded());
        assertEquals(2, result.receiptsAcknowledged());
        assertEquals(1, result.pairings());
        assertEquals(7, result.listEntries());
        assertEquals("inspected", host.records.get(host.records.size() - 1).kind());
        for (SyncRequest request : host.sessions) {
            long last = request.records().get(request.records().size() - 1).sequence();
            assertEquals(last, request.registers().sequence());
            assertTrue(request.records().size() <= SyncRequest.RECORDS_MAX);
        }
        assertEquals(1, client.sync().recordsUploaded());
    }

    @Test
    public void aHostThatClaimsRecordsWeDoNotHaveIsRefused() throws Exception {
        SessionClient client = enrolled();
        client.sync();
        restart();
        vault = new FakeVault();
        SessionClient rolledBack = client();
        PortoException e = assertThrows(RefusedException.class, rolledBack::sync);
        assertEquals("TMS-002", e.code());
    }

    private static byte[] id(int i) {
        return java.nio.ByteBuffer.allocate(16).putInt(i).putInt(1).array();
    }
}
