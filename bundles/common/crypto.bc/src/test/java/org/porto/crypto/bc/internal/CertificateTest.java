// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.bc.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.porto.crypto.bc.internal.SymmetricKeyTest.assertRefused;
import static org.porto.crypto.bc.internal.SymmetricKeyTest.flipped;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.junit.Test;
import org.porto.crypto.api.CertificateInfo;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SigningKey;
import org.porto.model.api.RefusedException;

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

    /** Signed by the right issuer, but with extensions that no device may have. */
    @Test
    public void extensionsAreChecked() throws Exception {
        KeyUsage usage = new KeyUsage(KeyUsage.digitalSignature);
        BasicConstraints end = new BasicConstraints(false);
        byte[] control = signed(usage, end, null);
        assertEquals("METER001", certificates.validate(control, issuer, NOW).subject());
        byte[] authority = signed(usage, new BasicConstraints(true), null);
        assertRefused("CRY-001", () -> certificates.validate(authority, issuer, NOW));
        byte[] noConstraints = signed(usage, null, null);
        assertRefused("CRY-001", () -> certificates.validate(noConstraints, issuer, NOW));
        byte[] agreementOnly = signed(new KeyUsage(KeyUsage.keyAgreement), end, null);
        assertRefused("CRY-001", () -> certificates.validate(agreementOnly, issuer, NOW));
        byte[] noUsage = signed(null, end, null);
        assertRefused("CRY-001", () -> certificates.validate(noUsage, issuer, NOW));
        byte[] unknown = signed(usage, end, new ASN1ObjectIdentifier("1.2.3.4"));
        assertRefused("CRY-001", () -> certificates.validate(unknown, issuer, NOW));
    }

    private byte[] signed(KeyUsage usage, BasicConstraints constraints, ASN1ObjectIdentifier unknownCritical)
            throws Exception {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                new X509CertificateHolder(issuer).getSubject(),
                BigInteger.TEN,
                Date.from(FROM),
                Date.from(TO),
                new X509CertificateHolder(meter).getSubject(),
                SubjectPublicKeyInfo.getInstance(meterKey.publicKey()));
        if (usage != null) {
            builder.addExtension(Extension.keyUsage, true, usage);
        }
        if (constraints != null) {
            builder.addExtension(Extension.basicConstraints, true, constraints);
        }
        if (unknownCritical != null) {
            builder.addExtension(unknownCritical, true, new byte[] {5, 0});
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        return builder.build(new ContentSigner() {
                    @Override
                    public AlgorithmIdentifier getAlgorithmIdentifier() {
                        return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
                    }

                    @Override
                    public OutputStream getOutputStream() {
                        return content;
                    }

                    @Override
                    public byte[] getSignature() {
                        try {
                            return EcEncodings.derSignature(issuerKey.sign(content.toByteArray()));
                        } catch (RefusedException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                })
                .getEncoded();
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
