// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.RefusedException;

/**
 * Keys by name and version. A key that a method returned is durable. Thread-safe. Handles stay owned by the service: callers
 * do not close them; after a roll-over old versions stay readable.
 *
 * <p>Names: 1 to 32 of {@code a-z 0-9 -}.
 */
@ProviderType
public interface KeyService {

    /** The current version, made and stored durably when there is none. */
    SigningKey signingKey(String name) throws RefusedException;

    /** The current version, made and stored durably when there is none. */
    SymmetricKey symmetricKey(String name) throws RefusedException;

    /** A certain version. @throws RefusedException {@code KEY-002} when missing */
    SymmetricKey symmetricKey(String name, int version) throws RefusedException;

    /** A certain version. @throws RefusedException {@code KEY-002} when missing */
    SigningKey signingKey(String name, int version) throws RefusedException;

    /** Version in use, empty when there is no such key. */
    Optional<KeyInfo> current(String name);

    /** Makes the next version and uses it from now on; durable on return. */
    KeyInfo rollOver(String name) throws RefusedException;

    /** Stores a certificate beside a signing key's current version; replaces an earlier one. Durable on return. DER. */
    void storeCertificate(String name, byte[] certificate) throws RefusedException;

    /** Certificate beside the current version. DER. */
    Optional<byte[]> certificate(String name);

    /** Stores a certificate of somebody trusted (for example {@code issuer}). Durable on return. */
    void storeTrusted(String name, byte[] certificate) throws RefusedException;

    Optional<byte[]> trusted(String name);

    /** Wraps a secret under the store's master key, bound to the context; for stores of other bundles. */
    byte[] wrap(String context, SecretBytes secret);

    /** @throws RefusedException {@code CRY-002} when altered or of another context */
    SecretBytes unwrap(String context, byte[] wrapped) throws RefusedException;

    List<KeyInfo> list();

    /** Destroys every key for good (rule V6, withdrawal). Durable on return. */
    void zeroise() throws RefusedException;
}
