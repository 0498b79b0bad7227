// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.api;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;

/** X.509 version 3 certificates (RFC 5280) for P-256 keys, one level under an issuer. Thread-safe. */
@ProviderType
public interface CertificateService {

    /** Root of the issuer, signed by itself, with the CA flag. DER. */
    byte[] selfSigned(SigningKey key, String subject, CertificateRole role, Instant notBefore, Instant notAfter);

    /** Certificate of a device, signed by the issuer. DER. The serial number is 16 random bytes. */
    byte[] issue(
            SigningKey issuer,
            byte[] issuerCertificate,
            byte[] subjectPublicKey,
            String subject,
            CertificateRole role,
            Instant notBefore,
            Instant notAfter);

    /** What the certificate says, without any trust in it. @throws RefusedException {@code CRY-001} when unreadable */
    CertificateInfo read(byte[] certificate) throws RefusedException;

    /**
     * Checks signature, validity in time, basic constraints, key usage and that the role is not ISSUER.
     *
     * @throws RefusedException {@code CRY-001} with the reason
     */
    CertificateInfo validate(byte[] certificate, byte[] issuerCertificate, Instant at) throws RefusedException;
}
