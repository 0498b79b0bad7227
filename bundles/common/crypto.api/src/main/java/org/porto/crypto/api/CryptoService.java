// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.api;

import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;

/** The primitives. Thread-safe; no call blocks longer than its computation. */
@ProviderType
public interface CryptoService {

    /** Name and version of the provider beneath, for reports. */
    String provider();

    /** Fresh random bytes from the system's generator; 0 to 65536. */
    byte[] random(int length);

    byte[] sha256(byte[]... parts);

    /** A fresh P-256 key pair. */
    ExportableSigningKey generateSigningKey();

    /** @throws RefusedException {@code CRY-003} when it is no P-256 private key in PKCS #8 */
    ExportableSigningKey importSigningKey(SecretBytes pkcs8) throws RefusedException;

    /** Copies the 16 or 32 bytes; the caller still closes its own. */
    SymmetricKey symmetricKey(SecretBytes key);

    /**
     * Verifies an ECDSA P-256 SHA-256 signature.
     *
     * @param publicKey SubjectPublicKeyInfo, DER
     * @param signature 64 bytes, r then s
     * @return false for any malformed key or signature as well
     */
    boolean verify(byte[] publicKey, byte[] signature, byte[]... message);
}
