// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.api;

import org.osgi.annotation.versioning.ProviderType;

/** Handle of an AES-128 or AES-256 key. Thread-safe. After {@link #close()} calls throw {@link IllegalStateException}. */
@ProviderType
public interface SymmetricKey extends AutoCloseable {

    /** AES-CMAC over the concatenated parts, 16 bytes (SP 800-38B, RFC 4493). */
    byte[] mac(byte[]... parts);

    /** Compares a MAC of 8 to 16 bytes (truncated from the left end) in constant time. */
    boolean verifyMac(byte[] mac, byte[]... parts);

    /**
     * SP 800-108r1 section 4.1, KDF in counter mode with CMAC: i (1 byte) then label, 0x00, context, L (2 bytes, bits).
     *
     * @param label ASCII
     * @param lengthBytes 1 to 64
     */
    SecretBytes derive(String label, byte[] context, int lengthBytes);

    /** AES-CBC without padding; data and iv in whole blocks of 16 (SP 800-38A). Never alone: always under a MAC. */
    byte[] encryptBlocks(byte[] iv, byte[] data);

    /** Inverse of {@link #encryptBlocks}. */
    byte[] decryptBlocks(byte[] iv, byte[] data);

    /** AES-GCM with a random 12-byte nonce in front and a 16-byte tag behind (SP 800-38D). */
    byte[] seal(byte[] associated, byte[] plain);

    /** @throws org.porto.model.api.RefusedException {@code CRY-002} when anything was altered */
    byte[] open(byte[] associated, byte[] sealed) throws org.porto.model.api.RefusedException;

    @Override
    void close();
}
