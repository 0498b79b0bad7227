// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Currency;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.bc.internal.BcCertificateService;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.issuer.api.CardInfo;
import org.porto.issuer.api.Enrolment;
import org.porto.issuer.api.Issuer;
import org.porto.issuer.api.PairingInfo;
import org.porto.journal.api.Journals;
import org.porto.journal.file.internal.FileJournals;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardOrder;
import org.porto.protocol.card.Signed;
import org.porto.testkit.journal.MemoryJournals;
import org.porto.testkit.keys.MemoryKeys;

public class IssuerCoreTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final CustomerId ACME = new CustomerId("ACME");
    private static final DeviceId METER = new DeviceId("MT000001");
    private static final InstantSource TIME = InstantSource.fixed(Instant.parse("2026-11-22T12:00:00Z"));

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CryptoService crypto = new BcCryptoService();
    private final BcCertificateService certificates = new BcCertificateService();
    private MemoryKeys keys;
    private MemoryJournals journals;
    private Bench bench;
    private IssuerCore issuer;

    @Before
    public void start() throws Exception {
        keys = new MemoryKeys(crypto);
        journals = new MemoryJournals(TIME);
        bench = new Bench(crypto, "blank-1");
        issuer = open(journals);
    }

    private IssuerCore open(Journals from) throws RefusedException {
        Path root = folder.getRoot().toPath();
        return new IssuerCore(
                from,
                root.resolve("issuer"),
                root.resolve("export"),
                new DeviceId("DC000001"),
                "Porto test issuer",
                keys,
                crypto,
                certificates,
                TIME,
                bench,
                bench,
                bench);
    }

    private IssuerCore restart() throws RefusedException {
        issuer.close();
        journals.heal();
        issuer = open(journals);
        return issuer;
    }

    @Test
    public void certificatesAreExportedAndStableOverRestarts() throws Exception {
        byte[] root = issuer.issuerCertificate();
        byte[] datacentre = issuer.datacentreCertificate();
        restart();
        assertArrayEquals(root, issuer.issuerCertificate());
        assertArrayEquals(datacentre, issuer.datacentreCertificate());
        Path export = folder.getRoot().toPath().resolve("export");
        assertArrayEquals(root, Files.readAllBytes(export.resolve("issuer.der")));
        assertArrayEquals(datacentre, Files.readAllBytes(export.resolve("datacentre.der")));
        assertEquals(
                CertificateRole.DATACENTRE,
                certificates.validate(datacentre, root, TIME.instant()).role());
    }

    @Test
    public void enrolsOnceAndAnswersTheSameKeyAgain() throws Exception {
        String code = registered();
        assertTrue(code, code.matches("([A-HJ-NP-Z2-9]{5}-){3}[A-HJ-NP-Z2-9]{5}"));
        assertEquals("same code while unused", code, registered());
        SigningKey key = crypto.generateSigningKey();
        Enrolment first = issuer.enrol(METER, CertificateRole.METER, code.toLowerCase(), key.publicKey());
        restart();
        Enrolment again = issuer.enrol(METER, CertificateRole.METER, code, key.publicKey());
        assertArrayEquals(first.certificate(), again.certificate());
        assertArrayEquals(first.cardCertificate(), again.cardCertificate());
        assertEquals(METER, issuer.authenticate(first.certificate()).device());
        refused("ISS-010", () -> issuer.enrol(
                METER, CertificateRole.METER, code, crypto.generateSigningKey().publicKey()));
        refused("ISS-002", this::registered);

        Signed forCards = Signed.split(first.cardCertificate(), CardCertificate.BYTES);
        CardCertificate card = CardCertificate.parse(forCards.body());
        assertEquals(CardCertificate.ROLE_METER, card.role());
        assertArrayEquals(METER.bytes(), card.subject());
        assertArrayEquals(EcEncodings.point(key.publicKey()), card.point());
        assertTrue(crypto.verify(
                certificates.read(issuer.issuerCertificate()).publicKey(),
                EcEncodings.rawSignature(forCards.signature()),
                forCards.body()));
    }

    @Test
    public void wrongCodesEndTheCodeForGood() throws Exception {
        String code = registered();
        SigningKey key = crypto.generateSigningKey();
        for (int i = 0; i < 10; i++) {
            if (i == 5) {
                restart();
            }
            refused("ISS-003", () -> issuer.enrol(METER, CertificateRole.METER, "AAAAA-AAAAA", key.publicKey()));
        }
        refused("ISS-003", () -> issuer.enrol(METER, CertificateRole.METER, code, key.publicKey()));
        restart();
        refused("ISS-003", () -> issuer.enrol(METER, CertificateRole.METER, code, key.publicKey()));
        String fresh = registered();
        assertNotEquals(code, fresh);
        issuer.enrol(METER, CertificateRole.METER, fresh, key.publicKey());
    }

    @Test
    public void strangersAreNotAuthenticated() throws Exception {
        String code = registered();
        SigningKey key = crypto.generateSigningKey();
        issuer.enrol(METER, CertificateRole.METER, code, key.publicKey());
        byte[] own = certificates.selfSigned(
                key, METER.value(), CertificateRole.METER, TIME.instant(), TIME.instant().plusSeconds(1000));
        refused("CRY-001", () -> issuer.authenticate(own));
        refused("CRY-001", () -> issuer.authenticate(new byte[10]));
        byte[] rightfulButOther = certificates.issue(
                keys.signingKey("issuer"),
                issuer.issuerCertificate(),
                key.publicKey(),
                METER.value(),
                CertificateRole.METER,
                TIME.instant(),
                TIME.instant().plusSeconds(1000));
        refused("ISS-008", () -> issuer.authenticate(rightfulButOther));
    }

    @Test
    public void issuesACardOnceWhereverItWasCut() throws Exception {
        journals.resetCount();
        issuer.customer(ACME, "Acme");
        card();
        int appends = journals.appends();
        assertEquals(3, appends);
        for (int at = 1; at <= appends; at++) {
            for (boolean kept : new boolean[] {false, true}) {
                start();
                journals.failAt(at, kept);
                RefusedException cut = assertThrows(RefusedException.class, () -> {
                    issuer.customer(ACME, "Acme");
                    card();
                });
                assertEquals("JRN-003", cut.code());
                restart();
                issuer.customer(ACME, "Acme");
                if (issuer.cards().isEmpty()) {
                    card();
                }
                assertEquals("at " + at + kept, 1, issuer.cards().size());
                assertEquals(bench.profile.card(), issuer.cards().get(0).card());
                assertArrayEquals(
                        EcEncodings.point(bench.key().publicKey()), issuer.cards().get(0).point());
                refused("ISS-005", this::card);
            }
        }
    }

    @Test
    public void lostReplyOfTheLastStepIsUncertainAndResolvedByTheSameCall() throws Exception {
        for (Bench.Loss loss : new Bench.Loss[] {Bench.Loss.BEFORE, Bench.Loss.AFTER}) {
            start();
            issuer.customer(ACME, "Acme");
            bench.loss = loss;
            assertEquals("ISS-011", assertThrows(UncertainException.class, this::card).code());
            assertTrue("an intent is no card", issuer.cards().isEmpty());
            bench.loss = Bench.Loss.NONE;
            restart();
            CardInfo card = card();
            assertEquals(bench.profile.card(), card.card());
            Signed certificate = Signed.split(bench.profile.certificate(), CardCertificate.BYTES);
            assertArrayEquals(card.card().bytes(), CardCertificate.parse(certificate.body()).subject());
        }
    }

    @Test
    public void anotherCardUnderTheLabelIsNotTakenForOurs() throws Exception {
        issuer.customer(ACME, "Acme");
        bench.loss = Bench.Loss.BEFORE;
        assertThrows(UncertainException.class, this::card);
        Bench elsewhere = new Bench(crypto, "blank-1");
        Bench here = bench;
        bench = elsewhere;
        IssuerCore other = open(new MemoryJournals(TIME));
        other.customer(ACME, "Acme");
        other.issueCard("blank-1", ACME, Money.ofMils(10, EUR), Money.ofMils(10, EUR), "1234".toCharArray());
        here.profile = elsewhere.profile;
        refused("ISS-005", this::card);
        assertTrue(issuer.cards().isEmpty());
    }

    @Test
    public void envelopeIsWhatTheLayoutSays() throws Exception {
        issuer.customer(ACME, "Acme");
        CardInfo card = card();
        byte[] id = crypto.random(16);
        byte[] detail = CardOrder.valueDetail(EUR.getNumericCode(), 12_345, 678);
        Issuer.SealedOrder first = issuer.seal(card.card(), CardOrder.RECHARGE, id, 9999, detail);
        Issuer.SealedOrder second = restart().seal(card.card(), CardOrder.RECHARGE, id, 9999, detail);
        assertEquals(1, first.sequence());
        assertEquals(2, second.sequence());
        byte[] envelope = first.envelope();
        assertTrue(envelope.length <= 255);
        EnvelopeOpener.Opened opened = EnvelopeOpener.open(crypto, bench.key(), envelope, 52);
        byte[] expected = ByteBuffer.allocate(52)
                .put((byte) 0xA1)
                .put((byte) 1)
                .put((byte) 1)
                .put((byte) 1)
                .put(card.card().bytes())
                .put(id)
                .putInt(1)
                .putShort((short) 9999)
                .putShort((short) 978)
                .putLong(12_345)
                .putLong(678)
                .array();
        assertArrayEquals(expected, opened.order());
        assertTrue(crypto.verify(
                bench.profile.datacentreKey(), EcEncodings.rawSignature(opened.signature()), opened.order()));
        for (int i = 67; i < envelope.length; i++) {
            byte[] bad = envelope.clone();
            bad[i] ^= 1;
            assertEquals(0, EnvelopeOpener.open(crypto, bench.key(), bad, 52).order().length);
        }
        byte[] tag = Arrays.copyOf(crypto.sha256("PORTO-ROUTE".getBytes(), card.point()), 8);
        assertArrayEquals(tag, card.routingTag());
    }

    @Test
    public void pairsBothHalvesWithOneSecretWhereverItWasCut() throws Exception {
        for (int at = 1; at <= 2; at++) {
            for (boolean kept : new boolean[] {false, true}) {
                start();
                registered();
                CardInfo card = card();
                journals.failAt(at, kept);
                refused("JRN-003", () -> issuer.pair(METER, card.card(), Money.ofMils(5000, EUR)));
                restart();
                PairingInfo pairing = issuer.pair(METER, card.card(), Money.ofMils(5000, EUR));
                byte[] secret = pairing.firstSecret().expose(SecretAccess.insecureSecretAccess());
                EnvelopeOpener.Opened opened =
                        EnvelopeOpener.open(crypto, bench.key(), pairing.cardEnvelope(), 34 + 32);
                assertEquals(CardOrder.PAIRING, opened.order()[2]);
                assertArrayEquals(METER.bytes(), Arrays.copyOfRange(opened.order(), 34, 42));
                assertArrayEquals(secret, Arrays.copyOfRange(opened.order(), 42, 58));
                PairingInfo again = restart().pair(METER, card.card(), Money.ofMils(5000, EUR));
                assertArrayEquals(pairing.cardEnvelope(), again.cardEnvelope());
                assertEquals(1, issuer.pairings(METER).size());
                refused("ISS-007", () -> issuer.pair(METER, card.card(), Money.ofMils(6000, EUR)));
            }
        }
    }

    @Test
    public void onlyTheCardsOwnSignatureCounts() throws Exception {
        issuer.customer(ACME, "Acme");
        CardInfo card = card();
        byte[] body = {1, 2, 3};
        byte[] der = EcEncodings.derSignature(bench.key().sign(body));
        assertTrue(issuer.signedBy(card.card(), body, der));
        assertFalse(issuer.signedBy(card.card(), new byte[] {1, 2, 4}, der));
        assertFalse(issuer.signedBy(card.card(), body, new byte[70]));
    }

    @Test
    public void pinAndLimitsAreChecked() throws Exception {
        issuer.customer(ACME, "Acme");
        Money max = Money.ofMils(1000, EUR);
        refused("ISS-012", () -> issuer.issueCard("blank-1", ACME, max, max, "12a4".toCharArray()));
        refused("ISS-012", () -> issuer.issueCard("blank-1", ACME, max, Money.ofMils(2000, EUR), "1234".toCharArray()));
        refused("ISS-006", () -> issuer.issueCard("blank-1", new CustomerId("NOBODY"), max, max, "1234".toCharArray()));
        refused("DRW-001", () -> issuer.issueCard("other", ACME, max, max, "1234".toCharArray()));
        bench.remove("slot1");
        refused("CRD-004", this::card);
    }

    @Test
    public void aCardThatIsNoVirtualOneIsTakenFromWhateverReaderHasIt() throws Exception {
        issuer.customer(ACME, "Acme");
        Money max = Money.ofMils(1000, EUR);
        bench.foreign = "plastic-1";
        CardInfo card = issuer.issueCard("plastic-1", ACME, max, max, "1234".toCharArray());
        assertEquals("plastic-1", card.label());
        assertEquals("the best reader with a card", "", bench.claimed);
    }

    @Test
    public void worksOnRealJournalFiles() throws Exception {
        issuer.close();
        issuer = open(new FileJournals(TIME));
        String code = registered();
        CardInfo card = card();
        issuer.close();
        issuer = open(new FileJournals(TIME));
        assertEquals(code, registered());
        assertEquals(card.card(), issuer.cards().get(0).card());
        assertEquals(1, issuer.seal(card.card(), CardOrder.INVALIDATE, new byte[16], 1, new byte[0]).sequence());
    }

    private String registered() throws RefusedException {
        issuer.customer(ACME, "Acme");
        return issuer.register(METER, CertificateRole.METER, ACME, "");
    }

    private CardInfo card() throws RefusedException, UncertainException {
        return issuer.issueCard(
                "blank-1", ACME, Money.ofMils(500_000, EUR), Money.ofMils(100_000, EUR), "1234".toCharArray());
    }

    private interface Act {
        void run() throws Exception;
    }

    private static void refused(String code, Act act) {
        assertEquals(code, assertThrows(RefusedException.class, act::run).code());
    }
}
