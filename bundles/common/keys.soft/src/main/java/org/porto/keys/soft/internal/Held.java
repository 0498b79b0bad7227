// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.soft.internal;

import java.util.Objects;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.RefusedException;

/** Handles as callers get them: without a way to export, and closed by the store alone. */
final class Held {

    private Held() {}

    record Signing(SigningKey key) implements SigningKey {

        Signing {
            Objects.requireNonNull(key);
        }

        @Override
        public byte[] publicKey() {
            return key.publicKey();
        }

        @Override
        public byte[] sign(byte[]... message) {
            return key.sign(message);
        }

        @Override
        public SecretBytes agree(byte[] peerPublicKey) {
            return key.agree(peerPublicKey);
        }

        /** Does nothing: the handle is shared. */
        @Override
        public void close() {}
    }

    record Symmetric(SymmetricKey key) implements SymmetricKey {

        Symmetric {
            Objects.requireNonNull(key);
        }

        @Override
        public byte[] mac(byte[]... parts) {
            return key.mac(parts);
        }

        @Override
        public boolean verifyMac(byte[] mac, byte[]... parts) {
            return key.verifyMac(mac, parts);
        }

        @Override
        public SecretBytes derive(String label, byte[] context, int lengthBytes) {
            return key.derive(label, context, lengthBytes);
        }

        @Override
        public byte[] encryptBlocks(byte[] iv, byte[] data) {
            return key.encryptBlocks(iv, data);
        }

        @Override
        public byte[] decryptBlocks(byte[] iv, byte[] data) {
            return key.decryptBlocks(iv, data);
        }

        @Override
        public byte[] seal(byte[] associated, byte[] plain) {
            return key.seal(associated, plain);
        }

        @Override
        public byte[] open(byte[] associated, byte[] sealed) throws RefusedException {
            return key.open(associated, sealed);
        }

        /** Does nothing: the handle is shared. */
        @Override
        public void close() {}
    }
}
