// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import org.porto.crypto.api.SigningKey;

/**
 * What a station or merchant point shows to a card.
 *
 * @param certificate signed {@link org.porto.protocol.card.CardCertificate}, encoded with its DER signature
 * @param key the key that it certifies
 * @param issuerPublicKey the issuer's key, SubjectPublicKeyInfo, to check the card's certificate with
 */
public record PeerCredentials(byte[] certificate, SigningKey key, byte[] issuerPublicKey) {

    public PeerCredentials {
        certificate = certificate.clone();
        issuerPublicKey = issuerPublicKey.clone();
    }

    @Override
    public byte[] certificate() {
        return certificate.clone();
    }

    @Override
    public byte[] issuerPublicKey() {
        return issuerPublicKey.clone();
    }
}
