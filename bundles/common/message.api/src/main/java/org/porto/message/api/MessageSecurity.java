// SPDX-License-Identifier: Apache-2.0
package org.porto.message.api;

import org.osgi.annotation.versioning.ProviderType;
import org.porto.crypto.api.SigningKey;
import org.porto.model.api.RefusedException;

/** Signs then encrypts, decrypts then verifies. Thread-safe, stateless: freshness is in the payload. */
@ProviderType
public interface MessageSecurity {

    int MESSAGE_BYTES_MAX = 16 << 20;

    /** A message for the holder of {@code recipientCertificate}; text in US-ASCII. */
    byte[] seal(
            SigningKey sender, byte[] senderCertificate, byte[] recipientCertificate, String type, byte[] payload)
            throws RefusedException;

    /** @throws RefusedException {@code MSG-001} to {@code MSG-004} */
    OpenedMessage open(SigningKey recipient, byte[] message) throws RefusedException;
}
