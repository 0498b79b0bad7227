// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.Test;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardKeySet;
import org.porto.protocol.card.Signed;
import org.porto.testkit.keys.MemoryKeys;

/** A set of keys counts only when the pinned key vouches for it and it continues what is held. */
public class CardKeyRingTest {

    private static final String NAME = "device";
    private static final DeviceId SELF = new DeviceId("PM000001");

    private final CryptoService crypto = new BcCryptoService();
    private final List<SigningKey> issuer = new ArrayList<>(List.of(crypto.generateSigningKey(), crypto.generateSigningKey()));
    private final List<SigningKey> orders = new ArrayList<>(List.of(crypto.generateSigningKey()));
    private final SigningKey own = crypto.generateSigningKey();
    private final MemoryKeys store = new MemoryKeys(crypto);
    private final CardKeyRing ring = new CardKeyRing(store, crypto);

    private byte[] set(List<SigningKey> linkers, SigningKey signer) throws RefusedException {
        List<CardKeySet.IssuerKey> chain = new ArrayList<>();
        for (int v = 1; v <= issuer.size(); v++) {
            byte[] point = EcEncodings.point(issuer.get(v - 1).publicKey());
            byte[] link = v == 1
                    ? new byte[0]
                    : EcEncodings.derSignature(linkers.get(v - 2).sign(CardKeySet.linkMessage(v, point)));
            chain.add(new CardKeySet.IssuerKey(v, point, link));
        }
        List<CardKeySet.OrderKey> shown = new ArrayList<>();
        for (int v = 1; v <= orders.size(); v++) {
            shown.add(new CardKeySet.OrderKey(v, EcEncodings.point(orders.get(v - 1).publicKey())));
        }
        byte[] body = new CardKeySet(chain, shown).encoded();
        return new Signed(body, EcEncodings.derSignature(signer.sign(body))).encoded();
    }

    private byte[] set() throws RefusedException {
        return set(issuer, issuer.get(issuer.size() - 1));
    }

    private byte[] certificate(int version, DeviceId subject, SigningKey by) throws RefusedException {
        byte[] body = new CardCertificate(
                        CardCertificate.ROLE_METER, subject.bytes(), EcEncodings.point(own.publicKey()), 20_000, version)
                .encoded();
        return new Signed(body, EcEncodings.derSignature(by.sign(body))).encoded();
    }

    private byte[] mine(int version) throws RefusedException {
        return certificate(version, SELF, issuer.get(version - 1));
    }

    private void take(byte[] set, byte[]... certificates) throws RefusedException {
        ring.take(NAME, issuer.get(0).publicKey(), mine(1), set, List.of(certificates));
    }

    private void refused(byte[] set, byte[]... certificates) {
        assertEquals("TMS-002", assertThrows(RefusedException.class, () -> take(set, certificates)).code());
    }

    @Test
    public void whatIsVouchedForIsHeld() throws Exception {
        assertEquals(0, ring.number(NAME));
        take(set(), mine(2), mine(1));
        assertEquals(CardKeySet.number(2, 1), ring.number(NAME));
        assertArrayEquals(issuer.get(1).publicKey(), ring.issuerKeys(NAME).orElseThrow().get(2));
        assertEquals(2, ring.certificates(NAME).orElseThrow().size());
        assertArrayEquals(orders.get(0).publicKey(), ring.toShow(NAME).get(0));
        assertEquals(0, ring.number("merchant"));

        issuer.add(crypto.generateSigningKey());
        orders.add(crypto.generateSigningKey());
        take(set(), mine(3));
        assertEquals(3, ring.issuerKeys(NAME).orElseThrow().size());
        assertArrayEquals(orders.get(1).publicKey(), ring.toShow(NAME).get(0));
    }

    @Test
    public void whatIsNotVouchedForIsNot() throws Exception {
        SigningKey stranger = crypto.generateSigningKey();
        refused(set(issuer, stranger), mine(1));
        refused(set(List.of(stranger), issuer.get(1)), mine(1));
        refused(set(), certificate(2, SELF, stranger));
        refused(set(), certificate(3, SELF, issuer.get(1)));
        refused(set(), certificate(2, new DeviceId("PM000009"), issuer.get(1)));
        refused(set());
        byte[] good = set();
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            assertThrows("byte " + at, RefusedException.class, () -> take(bad, mine(1)));
        }
        assertEquals(0, ring.number(NAME));
        SigningKey first = issuer.get(0);
        issuer.set(0, stranger);
        byte[] other = set();
        issuer.set(0, first);
        refused(other, mine(1));
    }

    /** Who has got hold of an old key cannot lead the device to another second one, nor back. */
    @Test
    public void noKeyIsExchangedAndNoneForgotten() throws Exception {
        byte[] before = set();
        orders.add(crypto.generateSigningKey());
        take(set(), mine(1));
        refused(before, mine(1));
        SigningKey second = issuer.get(1);
        issuer.set(1, crypto.generateSigningKey());
        orders.add(crypto.generateSigningKey());
        refused(set(), mine(1));
        issuer.set(1, second);
        take(set(), mine(1));
        assertArrayEquals(second.publicKey(), ring.issuerKeys(NAME).orElseThrow().get(2));
    }
}
