// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.crypto.api.SigningKey;

/**
 * What a station or merchant point shows to a card.
 *
 * @param certificates signed {@link org.porto.protocol.card.CardCertificate}s, encoded with their DER signatures, by several keys of the
 *     issuer: shown in this order until the card has the key of one
 * @param key the key that they certify
 * @param issuerKeys the issuer's keys by version, SubjectPublicKeyInfo, to check the card's certificate with; a key under 0 is for any version
 */
public record PeerCredentials(List<byte[]> certificates, SigningKey key, Map<Integer, byte[]> issuerKeys) {

    public PeerCredentials {
        certificates = certificates.stream().map(byte[]::clone).toList();
        issuerKeys = Map.copyOf(issuerKeys);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("no certificate");
        }
    }

    /** Where there is one key of the issuer. */
    public PeerCredentials(byte[] certificate, SigningKey key, byte[] issuerPublicKey) {
        this(List.of(certificate), key, Map.of(0, issuerPublicKey.clone()));
    }

    /** The first to show. */
    public byte[] certificate() {
        return certificates.get(0).clone();
    }

    @Override
    public List<byte[]> certificates() {
        return certificates.stream().map(byte[]::clone).toList();
    }

    public Optional<byte[]> issuerKey(int version) {
        return Optional.ofNullable(issuerKeys.getOrDefault(version, issuerKeys.get(0))).map(byte[]::clone);
    }
}
