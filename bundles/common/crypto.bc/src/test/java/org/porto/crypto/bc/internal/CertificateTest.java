// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.bc.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.porto.crypto.bc.internal.SymmetricKeyTest.assertRefused;
import static org.porto.crypto.bc.internal.SymmetricKeyTest.flipped;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import org.junit.Test;
import org.porto.crypto.api.CertificateInfo;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.SigningKey;

public class CertificateTest {

    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2056-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    private final BcCryptoService crypto = new BcCryptoService();
    private final BcCertificateService certificates = new BcCertificateService();
    private final SigningKey issuerKey = crypto.generateSigningKey();
    private final SigningKey meterKey = crypto.generateSigningKey();
    private final byte[] issuer = certificates.selfSigned(issuerKey, "Porto Issuer", CertificateRole.ISSUER, FROM, TO);
    private final byte[] meter = issue("METER001", CertificateRole.METER);

    private byte[] issue(String subject, CertificateRole role) {
        return certificates.issue(issuerKey, issuer, meterKey.publicKey(), subject, role, FROM, TO);
    }

    @Test
    public void aGoodOneIsRead() throws Exception {
        CertificateInfo info = certificates.validate(meter, issuer, NOW);
        assertEquals("METER001", info.subject());
        assertEquals(CertificateRole.METER, info.role());
        assertArrayEquals(meterKey.publicKey(), info.publicKey());
        assertEquals(FROM, info.notBefore());
        assertEquals(TO, info.notAfter());
        assertNotEquals(info.serial(), certificates.read(issue("METER001", CertificateRole.METER)).serial());
    }

    /** A second reader: the JDK. */
    @Test
    public void theJdkAgrees() throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate root = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(issuer));
        X509Certificate leaf = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(meter));
        root.verify(root.getPublicKey());
        leaf.verify(root.getPublicKey());
        assertEquals(0, root.getBasicConstraints());
        assertEquals(-1, leaf.getBasicConstraints());
        assertEquals("SHA256withECDSA", leaf.getSigAlgName());
        assertEquals("CN=METER001,OU=METER", leaf.getSubjectX500Principal().getName().replace("OU=METER,CN=METER001", "CN=METER001,OU=METER"));
    }

    @Test
    public void timeIsChecked() throws Exception {
        assertEquals("METER001", certificates.validate(meter, issuer, FROM).subject());
        assertEquals("METER001", certificates.validate(meter, issuer, TO).subject());
        assertRefused("CRY-001", () -> certificates.validate(meter, issuer, FROM.minusSeconds(1)));
        assertRefused("CRY-001", () -> certificates.validate(meter, issuer, TO.plusSeconds(1)));
        byte[] shortIssuer =
                certificates.selfSigned(issuerKey, "Porto Issuer", CertificateRole.ISSUER, FROM, FROM.plusSeconds(60));
        assertRefused("CRY-001", () -> certificates.validate(meter, shortIssuer, NOW));
    }

    @Test
    public void anotherIssuerIsRefused() {
        SigningKey otherKey = crypto.generateSigningKey();
        byte[] sameName = certificates.selfSigned(otherKey, "Porto Issuer", CertificateRole.ISSUER, FROM, TO);
        byte[] otherName = certificates.selfSigned(issuerKey, "Other Issuer", CertificateRole.ISSUER, FROM, TO);
        assertRefused("CRY-001", () -> certificates.validate(meter, sameName, NOW));
        assertRefused("CRY-001", () -> certificates.validate(meter, otherName, NOW));
    }

    @Test
    public void rolesAreChecked() {
        assertRefused("CRY-001", () -> certificates.validate(issuer, issuer, NOW));
        byte[] notAnIssuer = certificates.selfSigned(issuerKey, "Porto Issuer", CertificateRole.METER, FROM, TO);
        assertRefused("CRY-001", () -> certificates.validate(meter, notAnIssuer, NOW));
        assertThrows(IllegalArgumentException.class, () -> issue("X", CertificateRole.ISSUER));
        // A device signs for another device: its certificate is no anchor.
        byte[] below = certificates.issue(
                meterKey, meter, crypto.generateSigningKey().publicKey(), "METER002", CertificateRole.METER, FROM, TO);
        assertRefused("CRY-001", () -> certificates.validate(below, meter, NOW));
        assertRefused("CRY-001", () -> certificates.validate(below, issuer, NOW));
    }

    @Test
    public void everyFlippedBitIsRefused() {
        for (int bit = 0; bit < meter.length * 8; bit++) {
            byte[] altered = flipped(meter, bit);
            assertRefused("CRY-001", () -> certificates.validate(altered, issuer, NOW));
        }
    }

    @Test
    public void everyPrefixAndAnyTailIsRefused() {
        for (int length = 0; length < meter.length; length++) {
            byte[] cut = Arrays.copyOf(meter, length);
            assertRefused("CRY-001", () -> certificates.read(cut));
        }
        assertRefused("CRY-001", () -> certificates.read(Arrays.copyOf(meter, meter.length + 1)));
        assertRefused("CRY-001", () -> certificates.read(new byte[20_000]));
    }

    @Test
    public void badRequestsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> issue("", CertificateRole.METER));
        assertThrows(IllegalArgumentException.class, () -> issue("A,OU=ISSUER", CertificateRole.METER));
        assertThrows(IllegalArgumentException.class, () -> issue("A".repeat(65), CertificateRole.METER));
        assertThrows(
                IllegalArgumentException.class,
                () -> certificates.issue(meterKey, issuer, meterKey.publicKey(), "A", CertificateRole.METER, FROM, TO));
        assertThrows(
                IllegalArgumentException.class,
                () -> certificates.issue(issuerKey, issuer, new byte[91], "A", CertificateRole.METER, FROM, TO));
        assertThrows(
                IllegalArgumentException.class,
                () -> certificates.selfSigned(meterKey, "A", CertificateRole.METER, TO, FROM));
    }
}
