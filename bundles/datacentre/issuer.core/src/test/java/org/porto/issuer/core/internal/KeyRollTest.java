// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
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
import org.porto.issuer.api.CardKey;
import org.porto.issuer.api.CardKeyOrder;
import org.porto.issuer.api.CardKeyVersion;
import org.porto.issuer.api.PairingInfo;
import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardKeySet;
import org.porto.protocol.card.CardOrder;
import org.porto.protocol.card.Signed;
import org.porto.testkit.journal.MemoryJournals;
import org.porto.testkit.keys.MemoryKeys;

/** Roll-over of the keys that cards hold, on the issuer's side. */
public class KeyRollTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final CustomerId ACME = new CustomerId("ACME");
    private static final DeviceId METER = new DeviceId("MT000001");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CryptoService crypto = new BcCryptoService();
    private final BcCertificateService certificates = new BcCertificateService();
    private Instant now;
    private MemoryKeys keys;
    private MemoryJournals journals;
    private Bench bench;
    private IssuerCore issuer;
    private CardId card;

    @Before
    public void start() throws Exception {
        now = Instant.parse("2026-11-22T12:00:00Z");
        keys = new MemoryKeys(crypto);
        journals = new MemoryJournals(() -> now);
        bench = new Bench(crypto, "one");
        open();
        issuer.customer(ACME, "Acme");
        card = issue("one");
    }

    private void open() throws RefusedException {
        Path root = folder.getRoot().toPath();
        InstantSource time = () -> now;
        issuer = new IssuerCore(
                journals, root.resolve("issuer"), root.resolve("export"), new DeviceId("DC000001"), "Porto test issuer", keys, crypto,
                certificates, time, bench, bench, bench);
    }

    private void restart() throws RefusedException {
        issuer.close();
        journals.heal();
        open();
    }

    private CardId issue(String label) throws Exception {
        return issuer.issueCard(label, ACME, Money.ofMils(10_000, EUR), Money.ofMils(5_000, EUR), "1234".toCharArray())
                .card();
    }

    private CardKeyOrder waiting(CardKey key) throws RefusedException {
        List<CardKeyOrder> all = issuer.orders().stream().filter(order -> order.key() == key).toList();
        assertEquals(key.text(), 1, all.size());
        return all.get(0);
    }

    private byte[] opened(CardKeyOrder order) throws RefusedException {
        EnvelopeOpener.Opened opened = EnvelopeOpener.open(crypto, bench.key(), order.envelope(), 34 + 34);
        byte[] by = keys.signingKey("orders", order.envelope()[1]).publicKey();
        assertTrue(crypto.verify(by, EcEncodings.rawSignature(opened.signature()), opened.order()));
        return opened.order();
    }

    private boolean say(CardKeyOrder order, int result) throws RefusedException {
        return issuer.receipt(card, order.id(), result);
    }

    private CardKeyVersion version(CardKey key, int version) throws RefusedException {
        return issuer.versions().stream()
                .filter(one -> one.key() == key && one.version() == version)
                .findFirst()
                .orElseThrow();
    }

    @Test
    public void anOrderNamesTheNewKeyAndTheCardsWordMovesIt() throws Exception {
        issuer.roll(CardKey.ORDERS, 2);
        CardKeyOrder order = waiting(CardKey.ORDERS);
        byte[] inside = opened(order);
        assertEquals("signed with the version that the card has", 1, order.envelope()[1]);
        assertEquals(CardOrder.KEY, inside[2]);
        byte[] hash = crypto.sha256(EcEncodings.point(keys.signingKey("orders", 2).publicKey()));
        byte[] detail = CardOrder.keyDetail(CardOrder.OF_DATACENTRE, 2, hash);
        assertArrayEquals(detail, Arrays.copyOfRange(inside, 34, 68));
        assertEquals("later orders too", 1, sealedNow());
        assertEquals(1, version(CardKey.ORDERS, 1).cards());
        assertEquals(1, version(CardKey.ORDERS, 2).waiting());

        restart();
        assertEquals(order.id(), waiting(CardKey.ORDERS).id());
        assertFalse("refused by the card", say(order, ApplyReceipt.BLOCKED));
        assertTrue(say(order, ApplyReceipt.APPLIED));
        assertFalse("told again", say(order, ApplyReceipt.USED));
        restart();
        assertTrue(issuer.orders().isEmpty());
        assertEquals(2, sealedNow());
        assertEquals(0, version(CardKey.ORDERS, 1).cards());
        assertFalse("nobody needs it any more", version(CardKey.ORDERS, 1).inUse());
        assertEquals(1, version(CardKey.ORDERS, 2).cards());
    }

    private int sealedNow() throws RefusedException {
        return issuer.seal(card, CardOrder.UNBLOCK_PIN, crypto.random(16), 9_999, new byte[0]).envelope()[1];
    }

    @Test
    public void aRollOverIsRepeatableAndMakesNoOtherStep() throws Exception {
        issuer.roll(CardKey.ISSUER, 2);
        CardKeyOrder order = waiting(CardKey.ISSUER);
        issuer.roll(CardKey.ISSUER, 2);
        assertEquals(order.id(), waiting(CardKey.ISSUER).id());
        for (int wrong : new int[] {0, 1, 4, 256}) {
            RefusedException e = assertThrows(RefusedException.class, () -> issuer.roll(CardKey.ISSUER, wrong));
            assertEquals("ISS-014", e.code());
        }
    }

    @Test
    public void whereverItWasCutEveryCardHasItsOrderAfterTheNextStart() throws Exception {
        for (int at = 1; at <= 2; at++) {
            for (boolean kept : new boolean[] {false, true}) {
                start();
                journals.failAt(at, kept);
                assertThrows(RefusedException.class, () -> issuer.roll(CardKey.ORDERS, 2));
                restart();
                opened(waiting(CardKey.ORDERS));
                issuer.roll(CardKey.ORDERS, 2);
                assertEquals("at " + at + kept, 2, version(CardKey.ORDERS, 2).version());
                assertTrue(say(waiting(CardKey.ORDERS), ApplyReceipt.APPLIED));
            }
        }
    }

    /** Both keys at once, obeyed in either order; the order that the card can no longer read is made again under its new key. */
    @Test
    public void bothKeysRollOverInAnyOrder() throws Exception {
        for (boolean ordersFirst : new boolean[] {true, false}) {
            start();
            issuer.roll(CardKey.ORDERS, 2);
            issuer.roll(CardKey.ISSUER, 2);
            CardKeyOrder issuerOrder = waiting(CardKey.ISSUER);
            assertTrue("the order in which both can be obeyed at once", issuerOrder.sequence() < waiting(CardKey.ORDERS).sequence());
            if (ordersFirst) {
                assertTrue(say(waiting(CardKey.ORDERS), ApplyReceipt.APPLIED));
                assertNotEquals(issuerOrder.id(), waiting(CardKey.ISSUER).id());
                assertEquals(2, waiting(CardKey.ISSUER).envelope()[1]);
            }
            opened(waiting(CardKey.ISSUER));
            assertTrue(say(waiting(CardKey.ISSUER), ApplyReceipt.APPLIED));
            if (!ordersFirst) {
                assertTrue(say(waiting(CardKey.ORDERS), ApplyReceipt.APPLIED));
            }
            assertTrue(issuer.orders().isEmpty());
        }
    }

    /** A later order reached the card first: this one is made again. Said of the newest order of all, the card must have the key. */
    @Test
    public void aStaleAnswerIsUnderstood() throws Exception {
        issuer.roll(CardKey.ORDERS, 2);
        CardKeyOrder first = waiting(CardKey.ORDERS);
        issuer.seal(card, CardOrder.UNBLOCK_PIN, crypto.random(16), 9_999, new byte[0]);
        assertFalse(say(first, ApplyReceipt.STALE));
        CardKeyOrder second = waiting(CardKey.ORDERS);
        assertTrue(second.sequence() > first.sequence());
        assertFalse("said again by another station", say(first, ApplyReceipt.STALE));
        assertEquals(second.id(), waiting(CardKey.ORDERS).id());
        assertTrue(say(second, ApplyReceipt.STALE));
        assertEquals(2, issuer.orderKeyVersion(card));
    }

    /** An offline station served the order of the step before: what follows is signed with what the card has now. */
    @Test
    public void twoStepsAtOnce() throws Exception {
        issuer.roll(CardKey.ORDERS, 2);
        CardKeyOrder toSecond = waiting(CardKey.ORDERS);
        issuer.roll(CardKey.ORDERS, 3);
        assertEquals(1, waiting(CardKey.ORDERS).envelope()[1]);
        assertTrue(say(toSecond, ApplyReceipt.APPLIED));
        assertEquals(3, waiting(CardKey.ORDERS).version());
        assertEquals(2, waiting(CardKey.ORDERS).envelope()[1]);
        assertTrue(say(waiting(CardKey.ORDERS), ApplyReceipt.APPLIED));
        assertEquals(3, issuer.orderKeyVersion(card));
    }

    @Test
    public void aStrangersReceiptAndACardThatHasExpiredMoveNothing() throws Exception {
        issuer.roll(CardKey.ORDERS, 2);
        assertFalse(issuer.receipt(card, TransactionId.of(crypto.random(16)), ApplyReceipt.APPLIED));
        assertEquals(1, issuer.orderKeyVersion(card));
        now = Instant.parse("2036-12-01T00:00:00Z");
        assertFalse("expired cards keep nothing alive", version(CardKey.ORDERS, 1).inUse());
        issuer.roll(CardKey.ORDERS, 3);
        assertEquals("and get no orders", 2, issuer.orders().get(0).version());
    }

    /** A pairing that waits at a meter was sealed before: it comes again, the same secret, behind what the card has obeyed. */
    @Test
    public void aPairingThatWaitsIsSealedAnew() throws Exception {
        enrolled();
        PairingInfo before = issuer.pair(METER, card, Money.ofMils(5_000, EUR));
        issuer.roll(CardKey.ORDERS, 2);
        CardKeyOrder order = waiting(CardKey.ORDERS);
        assertTrue(say(order, ApplyReceipt.APPLIED));
        PairingInfo after = issuer.pairings(METER).get(0);
        assertArrayEquals(
                before.firstSecret().expose(SecretAccess.insecureSecretAccess()),
                after.firstSecret().expose(SecretAccess.insecureSecretAccess()));
        EnvelopeOpener.Opened opened = EnvelopeOpener.open(crypto, bench.key(), after.cardEnvelope(), 34 + 32);
        assertEquals(2, opened.order()[3]);
        assertTrue(ByteBuffer.wrap(opened.order(), 28, 4).getInt() > order.sequence());
    }

    private SigningKey enrolled() throws Exception {
        SigningKey key = crypto.generateSigningKey();
        String code = issuer.register(METER, CertificateRole.METER, ACME, "");
        issuer.enrol(METER, CertificateRole.METER, code, key.publicKey());
        return key;
    }

    /** Cards made later know only the newest key: a device must show itself under each that a card in service has. */
    @Test
    public void devicesGetACertificateByEachKeyInUseAndASetThatHoldsTogether() throws Exception {
        SigningKey own = enrolled();
        issuer.roll(CardKey.ISSUER, 2);
        byte[] issuerRoot = keys.signingKey("issuer", 1).publicKey();
        List<byte[]> shown = issuer.certificates(METER);
        assertEquals(2, shown.size());
        for (int i = 0; i < 2; i++) {
            Signed signed = Signed.split(shown.get(i), CardCertificate.BYTES);
            CardCertificate certificate = CardCertificate.parse(signed.body());
            assertEquals("newest first", 2 - i, certificate.issuerKeyVersion());
            assertArrayEquals(EcEncodings.point(own.publicKey()), certificate.point());
            byte[] by = keys.signingKey("issuer", 2 - i).publicKey();
            assertTrue(crypto.verify(by, EcEncodings.rawSignature(signed.signature()), signed.body()));
        }
        Signed signed = CardKeySet.split(issuer.set());
        CardKeySet set = CardKeySet.parse(signed.body());
        assertEquals(issuer.setNumber(), set.number());
        byte[] second = keys.signingKey("issuer", 2).publicKey();
        assertTrue(crypto.verify(second, EcEncodings.rawSignature(signed.signature()), signed.body()));
        CardKeySet.IssuerKey link = set.issuerKeys().get(1);
        assertTrue(crypto.verify(
                issuerRoot, EcEncodings.rawSignature(link.link()), CardKeySet.linkMessage(2, link.point())));

        bench = new Bench(crypto, "two");
        restart();
        card = issue("two");
        assertEquals(2, bench.profile.issuerKeyVersion());
        assertArrayEquals(second, bench.profile.issuerKey());
        assertEquals(2, CardCertificate.parse(Signed.split(bench.profile.certificate(), 78).body()).issuerKeyVersion());
        assertEquals("the older card keeps the first key alive", 1, version(CardKey.ISSUER, 1).certified());
        assertEquals(1, version(CardKey.ISSUER, 2).certified());
        assertEquals("X.509 stays on the first", issuerRoot.length, certificates.read(issuer.issuerCertificate()).publicKey().length);
        assertArrayEquals(issuerRoot, certificates.read(issuer.issuerCertificate()).publicKey());
    }
}
