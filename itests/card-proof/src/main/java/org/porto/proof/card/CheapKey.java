// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.RefusedException;

/** A key of the simulation over {@link SharedAes}; what the purse does not use is the product's. */
final class CheapKey implements SymmetricKey {

    private static final int BLOCK = 16;
    private static final byte[] ZERO = new byte[1];

    private final CryptoService real;
    private final SharedAes aes = SharedAes.here();
    private final byte[] key;

    CheapKey(CryptoService real, SecretBytes key) {
        this.real = real;
        this.key = key.expose(SecretAccess.insecureSecretAccess());
    }

    @Override
    public byte[] mac(byte[]... parts) {
        return aes.cmac(key, parts);
    }

    @Override
    public boolean verifyMac(byte[] mac, byte[]... parts) {
        return mac.length >= BLOCK / 2 && mac.length <= BLOCK && MessageDigest.isEqual(mac, Arrays.copyOf(mac(parts), mac.length));
    }

    @Override
    public SecretBytes derive(String label, byte[] context, int lengthBytes) {
        if (lengthBytes > BLOCK) {
            throw new IllegalArgumentException("one block only");
        }
        byte[] bits = {0, (byte) (lengthBytes * 8)};
        byte[] block = mac(new byte[] {1}, label.getBytes(StandardCharsets.US_ASCII), ZERO, context, bits);
        return SecretBytes.owning(lengthBytes == BLOCK ? block : Arrays.copyOf(block, lengthBytes));
    }

    @Override
    public byte[] encryptBlocks(byte[] iv, byte[] data) {
        return aes.encrypt(key, iv, data, 0, data.length);
    }

    @Override
    public byte[] decryptBlocks(byte[] iv, byte[] data) {
        return aes.decrypt(key, iv, data, 0, data.length);
    }

    @Override
    public byte[] seal(byte[] associated, byte[] plain) {
        return product().seal(associated, plain);
    }

    @Override
    public byte[] open(byte[] associated, byte[] sealed) throws RefusedException {
        return product().open(associated, sealed);
    }

    private SymmetricKey product() {
        return real.symmetricKey(SecretBytes.copyOf(key));
    }

    @Override
    public void close() {
        // what a closed key does is the product's tests' business
    }
}
