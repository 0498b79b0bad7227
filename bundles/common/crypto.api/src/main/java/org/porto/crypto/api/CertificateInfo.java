// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.api;

import java.time.Instant;

/**
 * What a valid certificate says.
 *
 * @param subject common name: the device id, card id or issuer name
 * @param role what the subject may be
 * @param publicKey SubjectPublicKeyInfo, DER
 * @param serial certificate serial number, hex
 */
public record CertificateInfo(
        String subject, CertificateRole role, byte[] publicKey, String serial, Instant notBefore, Instant notAfter) {

    public CertificateInfo {
        publicKey = publicKey.clone();
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }
}
