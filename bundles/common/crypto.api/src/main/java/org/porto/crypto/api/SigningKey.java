// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.api;

import org.osgi.annotation.versioning.ProviderType;

/** Handle of a P-256 private key. Thread-safe. After {@link #close()} every call throws {@link IllegalStateException}. */
@ProviderType
public interface SigningKey extends AutoCloseable {

    /** Public key as X.509 SubjectPublicKeyInfo, DER (RFC 5480). */
    byte[] publicKey();

    /** ECDSA with SHA-256 over the message; 64 bytes, r then s (IEEE P1363; FIPS 186-5 section 6). */
    byte[] sign(byte[]... message);

    /**
     * ECDH: the x coordinate, 32 bytes (SP 800-56A section 5.7.1.2).
     *
     * @param peerPublicKey SubjectPublicKeyInfo, DER
     * @throws IllegalArgumentException when the point is not on P-256
     */
    SecretBytes agree(byte[] peerPublicKey);

    /** Forgets the key in memory; a stored key stays stored. */
    @Override
    void close();
}
