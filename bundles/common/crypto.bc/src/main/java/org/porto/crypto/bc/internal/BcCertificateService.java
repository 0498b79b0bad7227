// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.bc.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Date;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.porto.crypto.api.CertificateInfo;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.CertificateService;
import org.porto.crypto.api.CryptoCode;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SigningKey;
import org.porto.model.api.RefusedException;

/** Certificates by bcpkix: P-256, ecdsa-with-SHA256, strict DER, one level under the issuer. */
@Component(name = "org.porto.crypto.bc.certificates", service = CertificateService.class)
public final class BcCertificateService implements CertificateService {

    private static final int CERTIFICATE_BYTES_MAX = 16_384;
    private static final int SUBJECT_CHARS_MAX = 64;
    private static final int SERIAL_BYTES = 16;
    /** RFC 5758 section 3.2: parameters are absent. */
    private static final AlgorithmIdentifier ECDSA_SHA256 =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    private static final Set<ASN1ObjectIdentifier> KNOWN_CRITICAL = Set.of(Extension.basicConstraints, Extension.keyUsage);

    private final SecureRandom random = new SecureRandom();

    @Activate
    public BcCertificateService() {}

    @Override
    public byte[] selfSigned(
            SigningKey key, String subject, CertificateRole role, Instant notBefore, Instant notAfter) {
        X500Name name = name(subject, role);
        return build(key, key.publicKey(), name, key.publicKey(), name, role, notBefore, notAfter);
    }

    @Override
    public byte[] issue(
            SigningKey issuer,
            byte[] issuerCertificate,
            byte[] subjectPublicKey,
            String subject,
            CertificateRole role,
            Instant notBefore,
            Instant notAfter) {
        if (role == CertificateRole.ISSUER) {
            throw new IllegalArgumentException("an issuer signs itself");
        }
        try {
            X509CertificateHolder above = holder(issuerCertificate);
            byte[] issuerKey = spki(above);
            if (!Arrays.equals(issuerKey, issuer.publicKey())) {
                throw new IllegalArgumentException("issuer's certificate is of another key");
            }
            P256.publicKey(subjectPublicKey);
            X500Name name = name(subject, role);
            return build(issuer, issuerKey, above.getSubject(), subjectPublicKey, name, role, notBefore, notAfter);
        } catch (RefusedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private byte[] build(
            SigningKey signer,
            byte[] signerKey,
            X500Name issuer,
            byte[] publicKey,
            X500Name subject,
            CertificateRole role,
            Instant notBefore,
            Instant notAfter) {
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException("valid until " + notAfter + ", before it begins");
        }
        boolean issuing = role == CertificateRole.ISSUER;
        int usage = issuing
                ? KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature
                : KeyUsage.digitalSignature | KeyUsage.keyAgreement;
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    issuer, serial(), seconds(notBefore), seconds(notAfter), subject, SubjectPublicKeyInfo.getInstance(publicKey));
            BasicConstraints constraints = issuing ? new BasicConstraints(0) : new BasicConstraints(false);
            builder.addExtension(Extension.basicConstraints, true, constraints);
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            builder.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId(publicKey)));
            builder.addExtension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyId(signerKey)));
            return builder.build(new HandleSigner(signer)).getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("certificate cannot be encoded", e);
        }
    }

    @Override
    public CertificateInfo read(byte[] certificate) throws RefusedException {
        return info(holder(certificate));
    }

    @Override
    public CertificateInfo validate(byte[] certificate, byte[] issuerCertificate, Instant at) throws RefusedException {
        X509CertificateHolder anchor = holder(issuerCertificate);
        CertificateInfo issuer = info(anchor);
        require(issuer.role() == CertificateRole.ISSUER, "issuer has role " + issuer.role());
        require(isCa(anchor), "issuer is no CA");
        require(usage(anchor, KeyUsage.keyCertSign), "issuer may not sign certificates");
        inTime(issuer, at, "issuer certificate");

        X509CertificateHolder holder = holder(certificate);
        CertificateInfo info = info(holder);
        require(holder.getVersionNumber() == 3, "version " + holder.getVersionNumber());
        require(holder.getIssuer().equals(anchor.getSubject()), "issued by another issuer");
        signedBy(holder, issuer.publicKey());
        inTime(info, at, "certificate");
        require(info.role() != CertificateRole.ISSUER, "role ISSUER");
        require(!isCa(holder), "device certificate with the CA flag");
        require(usage(holder, KeyUsage.digitalSignature), "key usage without digitalSignature");
        for (Object oid : holder.getCriticalExtensionOIDs()) {
            require(KNOWN_CRITICAL.contains(oid), "unknown critical extension " + oid);
        }
        return info;
    }

    private static void signedBy(X509CertificateHolder holder, byte[] issuerKey) throws RefusedException {
        require(
                ECDSA_SHA256.equals(holder.getSignatureAlgorithm())
                        && ECDSA_SHA256.equals(holder.toASN1Structure().getTBSCertificate().getSignature()),
                "signature algorithm is not ecdsa-with-SHA256");
        try {
            byte[] signed = holder.toASN1Structure().getTBSCertificate().getEncoded("DER");
            byte[] raw = EcEncodings.rawSignature(holder.toASN1Structure().getSignature().getOctets());
            require(BcCryptoService.verifySignature(issuerKey, raw, signed), "signature is wrong");
        } catch (IOException | IllegalStateException e) {
            throw new RefusedException(CryptoCode.CERTIFICATE_INVALID, "signature cannot be read", e);
        } catch (RefusedException e) {
            throw e.code().equals(CryptoCode.CERTIFICATE_INVALID.code())
                    ? e
                    : new RefusedException(CryptoCode.CERTIFICATE_INVALID, "signature cannot be read", e);
        }
    }

    private static void inTime(CertificateInfo info, Instant at, String what) throws RefusedException {
        require(!at.isBefore(info.notBefore()), what + " is valid only from " + info.notBefore());
        require(!at.isAfter(info.notAfter()), what + " expired at " + info.notAfter());
    }

    private static boolean usage(X509CertificateHolder holder, int bit) throws RefusedException {
        try {
            KeyUsage usage = KeyUsage.fromExtensions(holder.getExtensions());
            return usage != null && usage.hasUsages(bit);
        } catch (IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw new RefusedException(CryptoCode.CERTIFICATE_INVALID, "key usage cannot be read", e);
        }
    }

    private static boolean isCa(X509CertificateHolder holder) throws RefusedException {
        try {
            BasicConstraints constraints = BasicConstraints.fromExtensions(holder.getExtensions());
            require(constraints != null, "no basic constraints");
            return constraints.isCA();
        } catch (IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw new RefusedException(CryptoCode.CERTIFICATE_INVALID, "basic constraints cannot be read", e);
        }
    }

    private static void require(boolean good, String otherwise) throws RefusedException {
        if (!good) {
            throw new RefusedException(CryptoCode.CERTIFICATE_INVALID, otherwise);
        }
    }

    /** Only strict DER is read: what was signed and what is seen must be the same bytes. */
    private static X509CertificateHolder holder(byte[] certificate) throws RefusedException {
        require(certificate.length <= CERTIFICATE_BYTES_MAX, certificate.length + " bytes");
        try {
            X509CertificateHolder holder = new X509CertificateHolder(certificate);
            require(Arrays.equals(holder.toASN1Structure().getEncoded("DER"), certificate), "not DER");
            return holder;
        } catch (IOException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw new RefusedException(CryptoCode.CERTIFICATE_INVALID, "not an X.509 certificate", e);
        }
    }

    private static CertificateInfo info(X509CertificateHolder holder) throws RefusedException {
        try {
            String subject = only(holder.getSubject(), BCStyle.CN);
            CertificateRole role = CertificateRole.valueOf(only(holder.getSubject(), BCStyle.OU));
            byte[] key = spki(holder);
            P256.publicKey(key);
            return new CertificateInfo(
                    subject,
                    role,
                    key,
                    holder.getSerialNumber().toString(16),
                    holder.getNotBefore().toInstant(),
                    holder.getNotAfter().toInstant());
        } catch (IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw new RefusedException(CryptoCode.CERTIFICATE_INVALID, "name, key or time cannot be read", e);
        } catch (RefusedException e) {
            throw new RefusedException(CryptoCode.CERTIFICATE_INVALID, e.getMessage(), e);
        }
    }

    private static byte[] spki(X509CertificateHolder holder) throws RefusedException {
        try {
            return holder.getSubjectPublicKeyInfo().getEncoded("DER");
        } catch (IOException e) {
            throw new RefusedException(CryptoCode.CERTIFICATE_INVALID, "public key cannot be read", e);
        }
    }

    private static String only(X500Name name, ASN1ObjectIdentifier type) throws RefusedException {
        RDN[] found = name.getRDNs(type);
        require(found.length == 1 && !found[0].isMultiValued(), "subject without exactly one " + BCStyle.INSTANCE.oidToDisplayName(type));
        return IETFUtils.valueToString(found[0].getFirst().getValue());
    }

    private static X500Name name(String subject, CertificateRole role) {
        if (!subject.matches("[A-Za-z0-9][A-Za-z0-9 ._-]{0," + (SUBJECT_CHARS_MAX - 1) + "}")) {
            throw new IllegalArgumentException("subject is 1 to 64 of A-Z a-z 0-9 space . _ -");
        }
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, subject)
                .addRDN(BCStyle.OU, role.name())
                .build();
    }

    private BigInteger serial() {
        byte[] bytes = new byte[SERIAL_BYTES];
        random.nextBytes(bytes);
        return new BigInteger(1, bytes).setBit(0);
    }

    /** RFC 7093 section 2, method 1. */
    private static byte[] keyId(byte[] publicKey) {
        return Arrays.copyOf(P256.sha256(publicKey), 20);
    }

    /** Certificates know whole seconds only. */
    private static Date seconds(Instant time) {
        return Date.from(time.truncatedTo(ChronoUnit.SECONDS));
    }

    /** Signs through a handle, so that the private key can be anywhere. */
    private static final class HandleSigner implements ContentSigner {
        private final SigningKey key;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        HandleSigner(SigningKey key) {
            this.key = key;
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return ECDSA_SHA256;
        }

        @Override
        public OutputStream getOutputStream() {
            return content;
        }

        @Override
        public byte[] getSignature() {
            try {
                return EcEncodings.derSignature(key.sign(content.toByteArray()));
            } catch (RefusedException e) {
                throw new IllegalStateException("key made a signature of wrong length", e);
            }
        }
    }
}
