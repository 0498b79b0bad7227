// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.host.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import org.junit.Test;
import org.porto.authorisation.api.AuthorisationCode;
import org.porto.authorisation.api.Authorisations;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.bc.internal.BcCertificateService;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.issuer.api.CardInfo;
import org.porto.issuer.api.CardKeys;
import org.porto.issuer.api.DeviceInfo;
import org.porto.issuer.api.Enrolment;
import org.porto.issuer.api.Issuer;
import org.porto.issuer.api.IssuerCode;
import org.porto.issuer.api.PairingInfo;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerCode;
import org.porto.message.api.MessageSecurity;
import org.porto.message.jose.internal.JoseMessageSecurity;
import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.tms.BatchAnswer;
import org.porto.protocol.tms.BatchRequest;
import org.porto.protocol.tms.EnrolAnswer;
import org.porto.protocol.tms.EnrolRequest;
import org.porto.protocol.tms.KeysAnswer;
import org.porto.protocol.tms.KeysRequest;
import org.porto.protocol.tms.RecordReport;
import org.porto.protocol.tms.RefillAnswer;
import org.porto.protocol.tms.RefillRequest;
import org.porto.protocol.tms.RefusalAnswer;
import org.porto.protocol.tms.RegisterReport;
import org.porto.protocol.tms.SyncAnswer;
import org.porto.protocol.tms.SyncRequest;
import org.porto.protocol.tms.TmsCodec;
import org.porto.protocol.tms.TmsMessage;
import org.porto.settlement.api.BatchResult;
import org.porto.settlement.api.MeterRecord;
import org.porto.settlement.api.Settlement;
import org.porto.settlement.api.SettlementCode;
import org.porto.testkit.journal.MemoryJournals;
import org.porto.testkit.keys.MemoryKeys;

public class HostDeskTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final DeviceId METER = new DeviceId("MT000001");
    private static final DeviceId SHOP = new DeviceId("SH000001");
    private static final CardId CARD = new CardId("0123456789ABCDEF");
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String NONCE = "00112233445566778899aabbccddeeff";

    private final CryptoService crypto = new BcCryptoService();
    private final BcCertificateService certificates = new BcCertificateService();
    private final SigningKey meterKey = crypto.generateSigningKey();
    private final SigningKey shopKey = crypto.generateSigningKey();
    private final byte[] meterCertificate = self(meterKey, METER, CertificateRole.METER);
    private final byte[] shopCertificate = self(shopKey, SHOP, CertificateRole.MERCHANT);
    private final MessageSecurity messages = new JoseMessageSecurity(crypto, certificates);

    private MemoryKeys keys;
    private MemoryJournals journals;
    private HostDesk desk;
    private Map<Long, Money> booked;
    private long funds;
    private boolean ledgerDown;
    private List<MeterRecord> records;
    private List<String> acts;

    @Before
    public void start() throws Exception {
        keys = new MemoryKeys(crypto);
        journals = new MemoryJournals(InstantSource.fixed(NOW));
        booked = new HashMap<>();
        funds = 100_000;
        ledgerDown = false;
        records = new ArrayList<>();
        acts = new ArrayList<>();
        restart();
    }

    private void restart() throws RefusedException {
        journals.heal();
        Limits limits = new Limits(EUR, 90, 1, 100_000, 1_000_000, 500_000).checked();
        Refills refills =
                new Refills(new RefillBook(journals.open(Path.of("refills"))), ledger(), settlement(), limits);
        desk = new HostDesk(
                messages,
                keys,
                crypto,
                certificates,
                issuer(),
                cardKeys(),
                authorisations(),
                settlement(),
                ledger(),
                refills,
                limits,
                InstantSource.fixed(NOW));
    }

    @Test
    public void enrolsTheKeyThatSealed() throws Exception {
        EnrolAnswer answer = (EnrolAnswer) meter(
                new EnrolRequest(NONCE, METER.value(), "METER", "CODE", meterKey.publicKey()));
        assertEquals("ACME", answer.customer());
        assertEquals(1_000_000, answer.balanceMilsMax());
        assertEquals(NOW.plusSeconds(90 * 86_400L).toEpochMilli(), answer.inspectionDeadlineMillis());
        assertEquals(
                "TMH-002",
                refusal(meter(new EnrolRequest(NONCE, METER.value(), "METER", "CODE", shopKey.publicKey()))));
        assertEquals(
                "ISS-003",
                refusal(meter(new EnrolRequest(NONCE, METER.value(), "METER", "NO", meterKey.publicKey()))));
        assertEquals(
                "TMH-008",
                refusal(meter(new EnrolRequest(NONCE, METER.value(), "ISSUER", "CODE", meterKey.publicKey()))));
        assertEquals(
                "MOD-004", refusal(meter(new EnrolRequest(NONCE, "x", "METER", "CODE", meterKey.publicKey()))));
    }

    @Test
    public void refillsExactlyOnceWhereverItWasCut() throws Exception {
        for (int at = 1; at <= 2; at++) {
            for (boolean kept : new boolean[] {false, true}) {
                start();
                journals.failAt(at, kept);
                assertThrows(UncertainException.class, () -> meter(refill(1, 1, 7_000, 0)));
                restart();
                RefillAnswer answer = (RefillAnswer) meter(refill(1, 1, 7_000, 0));
                assertEquals(7_000, answer.amountMils());
                assertEquals(93_000, funds);
                restart();
                assertEquals(answer, meter(refill(1, 1, 7_000, 0)));
                assertEquals(93_000, funds);
                assertEquals("TMH-005", refusal(meter(refill(1, 1, 7_001, 0))));
                assertEquals("TMH-005", refusal(meter(refill(1, 2, 7_000, 0))));
                assertTrue(meter(refill(2, 3, 1_000, 7_000)) instanceof RefillAnswer);
                assertEquals(92_000, funds);
            }
        }
    }

    @Test
    public void registersThatDifferOpenACaseAndBookNothing() throws Exception {
        meter(refill(1, 1, 7_000, 0));
        assertEquals("TMH-004", refusal(meter(refill(2, 2, 1_000, 0))));
        assertEquals("TMH-004", refusal(meter(refill(2, 2, 1_000, 7_001))));
        assertEquals("TMH-004", refusal(meter(new RefillRequest(
                NONCE, 2, tx(2), 1_000, new RegisterReport("EUR", 1, 7_000, 0, 0, 7_000, 0, 0, 0, 1, 0, 1, 10, "OK")))));
        assertEquals(93_000, funds);
        assertTrue(meter(refill(2, 2, 1_000, 7_000)) instanceof RefillAnswer);
    }

    @Test
    public void refusedRefillLeavesItsNumberFree() throws Exception {
        funds = 10;
        assertEquals("LED-004", refusal(meter(refill(1, 1, 7_000, 0))));
        funds = 10_000;
        assertTrue(meter(refill(1, 2, 5_000, 0)) instanceof RefillAnswer);
        assertEquals("TMH-006", refusal(meter(refill(2, 3, 500_001, 5_000))));
        assertEquals("TMH-006", refusal(meter(refill(2, 3, 0, 5_000))));
        assertEquals(5_000, funds);
    }

    @Test
    public void noAnswerWhileTheLedgerIsDown() throws Exception {
        ledgerDown = true;
        assertThrows(UncertainException.class, () -> meter(refill(1, 1, 7_000, 0)));
        restart();
        assertEquals("TMH-005", refusal(meter(refill(1, 1, 6_000, 0))));
        ledgerDown = false;
        assertTrue(meter(refill(1, 1, 7_000, 0)) instanceof RefillAnswer);
        assertEquals(93_000, funds);
    }

    @Test
    public void replayedOldRequestIsStale() throws Exception {
        funds = 10;
        RefillRequest old = refill(1, 1, 7_000, 0);
        assertEquals("LED-004", refusal(meter(old)));
        meter(sync(registers(0, 50), List.of(), List.of(), List.of()));
        funds = 100_000;
        assertEquals("TMH-009", refusal(meter(old)));
        assertEquals(100_000, funds);
    }

    @Test
    public void syncTakesEverythingInOrderAndAnswersThePairings() throws Exception {
        byte[] good = new byte[] {1, 2, 3};
        byte[] bad = new byte[] {9};
        byte[] paid = new byte[] {4};
        SyncAnswer answer = (SyncAnswer) meter(sync(
                registers(0, 3),
                List.of(new RecordReport(1, "REFILL", tx(1), 5, 0, "1", 0, new byte[32])),
                List.of(good, bad),
                List.of(paid)));
        assertEquals(
                List.of(HexFormat.of().formatHex(crypto.sha256(good)), HexFormat.of().formatHex(crypto.sha256(paid))),
                answer.acknowledgedReceipts());
        assertEquals(1, answer.acknowledgedSequence());
        assertEquals(List.of("receipt", "cardPaid", "book", "report", "inDoubt"), acts);
        assertArrayEquals(new byte[] {42}, answer.settlements().get(0));
        assertEquals(7, answer.listVersion());
        assertEquals(CARD.value(), answer.pairings().get(0).card());
        assertArrayEquals(new byte[16], answer.pairings().get(0).secret());
        assertEquals(NOW.plusSeconds(90 * 86_400L).toEpochMilli(), answer.inspectionDeadlineMillis());
    }

    @Test
    public void rolesAreKeptApart() throws Exception {
        assertEquals("TMH-003", refusal(shop(refill(1, 1, 1, 0))));
        assertEquals("TMH-003", refusal(meter(new BatchRequest(NONCE, 1, List.of(), 0))));
        assertEquals("TMH-003", refusal(shop(sync(registers(0, 1), List.of(), List.of(), List.of()))));
        assertEquals("TMH-003", refusal(meter(sync(null, List.of(), List.of(), List.of()))));
        assertTrue(shop(sync(null, List.of(), List.of(), List.of())) instanceof SyncAnswer);
        BatchAnswer batch = (BatchAnswer) shop(new BatchRequest(NONCE, 3, List.of(new byte[60]), 12));
        assertEquals(3, batch.batchNumber());
        assertEquals(12, batch.acceptedMils());
        assertEquals("MSG", "TMH-008", refusal(shop(new BatchRequest(NONCE, 0, List.of(), 0))));
    }

    @Test
    public void malformedMessagesHaveNoAnswer() throws Exception {
        keys.signingKey("datacentre");
        refused("MSG-001", () -> desk.handle(new byte[0]));
        refused("MSG-001", () -> desk.handle(new byte[] {0, 1, 'x'}));
        byte[] json = TmsCodec.encode(refill(1, 1, 1, 0));
        refused("TMH-001", () -> desk.handle(sealed("porto.other", json)));
        byte[] good = sealed(TmsCodec.REQUEST_TYPE, json);
        for (int at = 0; at < good.length; at += 13) {
            byte[] bad = good.clone();
            bad[at] ^= 8;
            RefusedException e = assertThrows("byte " + at, RefusedException.class, () -> desk.handle(bad));
            assertTrue(e.code(), e.code().startsWith("MSG-"));
        }
        for (String text : List.of("", "null", "{}", "{\"type\":\"refill\"}", "[]", "{\"type\":\"x\",\"nonce\":\"" + NONCE + "\"}")) {
            byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
            refused("TMH-001", () -> desk.handle(sealed(TmsCodec.REQUEST_TYPE, payload)));
        }
        for (int cut = 0; cut < json.length; cut += 7) {
            byte[] part = java.util.Arrays.copyOf(json, cut);
            refused("TMH-001", () -> desk.handle(sealed(TmsCodec.REQUEST_TYPE, part)));
        }
        assertEquals("TMH-001", refusal(meter(new RefusalAnswer(NONCE, "X", "y"))));
        for (TmsMessage lacking : List.of(
                new RefillRequest(NONCE, 1, null, 5, registers(0, 1)),
                new RefillRequest(NONCE, 1, tx(1), 5, null),
                new SyncRequest(NONCE, registers(0, 1), null, null, null, null, null, 0))) {
            refused("TMH-001", () -> desk.handle(sealed(TmsCodec.REQUEST_TYPE, TmsCodec.encode(lacking))));
        }
        assertEquals(100_000, funds);
    }

    @Test
    public void sourcesMustEqualUsesWithoutWrapping() {
        assertTrue(Refills.sourcesEqualUses(new RegisterReport("EUR", 1, 2, 3, 4, 20, 1, 5, 6, 0, 0, 0, 0, "")));
        assertEquals(
                false,
                Refills.sourcesEqualUses(
                        new RegisterReport("EUR", Long.MAX_VALUE, 1, 0, 0, Long.MIN_VALUE, 0, 0, 0, 0, 0, 0, 0, "")));
    }

    private byte[] sealed(String type, byte[] payload) throws RefusedException {
        return messages.seal(meterKey, meterCertificate, hostCertificate(), type, payload);
    }

    private TmsMessage meter(TmsMessage request) throws Exception {
        return exchange(request, meterKey, meterCertificate);
    }

    private TmsMessage shop(TmsMessage request) throws Exception {
        return exchange(request, shopKey, shopCertificate);
    }

    private TmsMessage exchange(TmsMessage request, SigningKey key, byte[] certificate) throws Exception {
        byte[] answer = desk.handle(
                messages.seal(key, certificate, hostCertificate(), TmsCodec.REQUEST_TYPE, TmsCodec.encode(request)));
        TmsMessage decoded = TmsCodec.decode(messages.open(key, answer).payload());
        assertEquals(request.nonce(), decoded.nonce());
        return decoded;
    }

    private byte[] hostCertificate() {
        return self(keys.signingKey("datacentre"), new DeviceId("DC000001"), CertificateRole.DATACENTRE);
    }

    private static String refusal(TmsMessage answer) {
        return ((RefusalAnswer) answer).code();
    }

    private static String tx(int n) {
        return String.format("%032x", n);
    }

    private static RefillRequest refill(long number, int transaction, long mils, long refilled) {
        return new RefillRequest(NONCE, number, tx(transaction), mils, registers(refilled, 10));
    }

    private static RegisterReport registers(long refilled, long sequence) {
        return new RegisterReport("EUR", 0, refilled, 0, 0, refilled, 0, 0, 0, 0, 0, 0, sequence, "OPERATIONAL");
    }

    private static SyncRequest sync(
            RegisterReport registers, List<RecordReport> reports, List<byte[]> applied, List<byte[]> debits) {
        return new SyncRequest(NONCE, registers, reports, applied, debits, List.of(), Map.of(), 0);
    }

    private byte[] self(SigningKey key, DeviceId id, CertificateRole role) {
        return certificates.selfSigned(key, id.value(), role, NOW.minusSeconds(60), NOW.plusSeconds(60));
    }

    @SuppressWarnings("unchecked")
    private static <T> T fake(Class<T> type, java.lang.reflect.InvocationHandler handler) {
        return (T) Proxy.newProxyInstance(HostDeskTest.class.getClassLoader(), new Class<?>[] {type}, handler);
    }

    private Issuer issuer() {
        CustomerId acme = new CustomerId("ACME");
        DeviceInfo meter = new DeviceInfo(METER, CertificateRole.METER, acme, "enrolled", "");
        DeviceInfo shop = new DeviceInfo(SHOP, CertificateRole.MERCHANT, acme, "enrolled", "");
        return fake(Issuer.class, (proxy, method, a) -> switch (method.getName()) {
            case "datacentreCertificate" -> hostCertificate();
            case "authenticate" -> java.util.Arrays.equals((byte[]) a[0], meterCertificate) ? meter : shop;
            case "enrol" -> {
                if (!a[2].equals("CODE")) {
                    throw new RefusedException(IssuerCode.CODE_WRONG);
                }
                yield new Enrolment(meter, new byte[1], new byte[2], new byte[3], new byte[4]);
            }
            case "pairings" -> List.of(
                    new PairingInfo(METER, CARD, SecretBytes.owning(new byte[16]), 100, new byte[200]));
            case "card" -> a[0].equals(CARD)
                    ? Optional.of(new CardInfo(CARD, acme, "l", "EUR", 1, new byte[8], new byte[65]))
                    : Optional.empty();
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private CardKeys cardKeys() {
        return fake(CardKeys.class, (proxy, method, a) -> switch (method.getName()) {
            case "setNumber" -> 258L;
            case "set" -> new byte[] {7};
            case "certificates" -> List.of(((DeviceId) a[0]).bytes());
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    /** Rule S4: keys go to whoever is certified, meter or merchant point, each with its own certificates. */
    @Test
    public void keysGoToEveryDeviceThatIsCertified() throws Exception {
        KeysAnswer toMeter = (KeysAnswer) meter(new KeysRequest(NONCE));
        assertArrayEquals(new byte[] {7}, toMeter.keySet());
        assertArrayEquals(METER.bytes(), toMeter.cardCertificates().get(0));
        KeysAnswer toShop = (KeysAnswer) shop(new KeysRequest(NONCE));
        assertArrayEquals(SHOP.bytes(), toShop.cardCertificates().get(0));
    }

    private Authorisations authorisations() {
        return fake(Authorisations.class, (proxy, method, a) -> switch (method.getName()) {
            case "receipt" -> {
                if (((byte[]) a[0])[0] == 9) {
                    throw new RefusedException(AuthorisationCode.RECEIPT_WRONG);
                }
                acts.add("receipt");
                yield null;
            }
            case "listVersion" -> 7L;
            case "find" -> Optional.empty();
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private Settlement settlement() {
        return fake(Settlement.class, (proxy, method, a) -> switch (method.getName()) {
            case "refill" -> {
                if (ledgerDown) {
                    throw new RefusedException(LedgerCode.DATABASE_FAILED);
                }
                Money amount = (Money) a[3];
                if (!booked.containsKey((Long) a[1])) {
                    if (funds < amount.mils()) {
                        throw new RefusedException(LedgerCode.FUNDS_SHORT);
                    }
                    funds -= amount.mils();
                    booked.put((Long) a[1], amount);
                } else if (!booked.get((Long) a[1]).equals(amount)) {
                    throw new RefusedException(SettlementCode.ID_TAKEN);
                }
                yield "H" + a[1] + ((TransactionId) a[2]).value().substring(30);
            }
            case "book" -> {
                acts.add("book");
                for (Object record : (List<?>) a[1]) {
                    records.add((MeterRecord) record);
                }
                yield (long) records.size();
            }
            case "report" -> {
                acts.add("report");
                yield null;
            }
            case "inDoubt" -> {
                acts.add("inDoubt");
                yield null;
            }
            case "orders" -> List.of(new byte[] {42});
            case "cardPaid" -> {
                acts.add("cardPaid");
                yield null;
            }
            case "batch" -> new BatchResult((Long) a[1], ((List<?>) a[2]).size(), (Long) a[3], List.of());
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static Ledger ledger() {
        return fake(Ledger.class, (proxy, method, a) -> null);
    }

    private interface Act {
        void run() throws Exception;
    }

    private static void refused(String code, Act act) {
        assertEquals(code, assertThrows(RefusedException.class, act::run).code());
    }
}
