// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.keys.api.KeyCode;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyKind;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;

/** Keys of a test: a MAC by HMAC-SHA-256 cut to 16 bytes stands for AES-CMAC. */
final class TestKeys implements KeyService {

    private volatile int version;
    private volatile boolean zeroised;

    private final String salt;

    TestKeys() {
        this("");
    }

    /** Other keys under the same names. */
    TestKeys(String salt) {
        this.salt = salt;
    }

    /** As they are now. */
    TestKeys copy() {
        TestKeys copy = new TestKeys(salt);
        copy.version = version;
        copy.zeroised = zeroised;
        return copy;
    }

    @Override
    public SymmetricKey symmetricKey(String name) throws RefusedException {
        version = Math.max(1, version);
        return symmetricKey(name, version);
    }

    @Override
    public SymmetricKey symmetricKey(String name, int wanted) throws RefusedException {
        if (zeroised) {
            throw new RefusedException(KeyCode.ZEROISED);
        }
        if (wanted < 1 || wanted > version) {
            throw new RefusedException(KeyCode.KEY_MISSING, name + " " + wanted);
        }
        return new TestKey((salt + name + wanted).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Override
    public Optional<KeyInfo> current(String name) {
        return version == 0 || zeroised
                ? Optional.empty()
                : Optional.of(new KeyInfo(name, KeyKind.SYMMETRIC, version, "000000", Instant.EPOCH, true));
    }

    @Override
    public KeyInfo rollOver(String name) {
        version++;
        return current(name).orElseThrow();
    }

    /** As if they had never been zeroised. */
    void restore() {
        zeroised = false;
    }

    @Override
    public void zeroise() {
        zeroised = true;
    }

    @Override
    public SigningKey signingKey(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SigningKey signingKey(String name, int wanted) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void storeCertificate(String name, byte[] certificate) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<byte[]> certificate(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void storeTrusted(String name, byte[] certificate) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<byte[]> trusted(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] wrap(String context, SecretBytes secret) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SecretBytes unwrap(String context, byte[] wrapped) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<KeyInfo> list() {
        throw new UnsupportedOperationException();
    }

    private record TestKey(byte[] key) implements SymmetricKey {

        @Override
        public byte[] mac(byte[]... parts) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                for (byte[] part : parts) {
                    mac.update(part);
                }
                return Arrays.copyOf(mac.doFinal(), 16);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean verifyMac(byte[] mac, byte[]... parts) {
            return MessageDigest.isEqual(mac, mac(parts));
        }

        @Override
        public SecretBytes derive(String label, byte[] context, int lengthBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] encryptBlocks(byte[] iv, byte[] data) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] decryptBlocks(byte[] iv, byte[] data) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] seal(byte[] associated, byte[] plain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] open(byte[] associated, byte[] sealed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
