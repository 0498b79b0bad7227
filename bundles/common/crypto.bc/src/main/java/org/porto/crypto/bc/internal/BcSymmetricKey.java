// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.bc.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.AEADBlockCipher;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.modes.CBCModeCipher;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.porto.crypto.api.CryptoCode;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.RefusedException;

/**
 * An AES key in memory, zeroed on close. Each call has its own engine; those for MACs are the platform's and are kept, up to
 * eight, and dropped on close: their expanded keys go with the next garbage collection, no earlier.
 */
final class BcSymmetricKey implements SymmetricKey {

    private static final int BLOCK = 16;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final int MAC_MIN = 8;
    private static final int DERIVED_MAX = 64;

    private static final int ENGINES_MAX = 8;

    private final byte[] key;
    private final Deque<BlockMac> engines = new ArrayDeque<>();
    private final SecureRandom random;
    private boolean closed;

    /** Takes the bytes over. */
    BcSymmetricKey(byte[] key, SecureRandom random) {
        if (key.length != 16 && key.length != 32) {
            Arrays.fill(key, (byte) 0);
            throw new IllegalArgumentException("an AES key has 16 or 32 bytes, not " + key.length);
        }
        this.key = key;
        this.random = random;
    }

    @Override
    public byte[] mac(byte[]... parts) {
        BlockMac engine = take();
        byte[] out = engine.mac(parts);
        give(engine);
        return out;
    }

    /** MACs are made by the thousand when a register journal is verified: the platform's AES instructions do these. */
    private BlockMac take() {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("key is closed");
            }
            BlockMac engine = engines.poll();
            if (engine != null) {
                return engine;
            }
        }
        return new BlockMac(key().getKey());
    }

    private synchronized void give(BlockMac engine) {
        if (!closed && engines.size() < ENGINES_MAX) {
            engines.push(engine);
        }
    }

    @Override
    public boolean verifyMac(byte[] mac, byte[]... parts) {
        byte[] right = mac(parts);
        if (mac.length < MAC_MIN || mac.length > BLOCK) {
            return false;
        }
        return MessageDigest.isEqual(mac, Arrays.copyOf(right, mac.length));
    }

    @Override
    public SecretBytes derive(String label, byte[] context, int lengthBytes) {
        if (lengthBytes < 1 || lengthBytes > DERIVED_MAX) {
            throw new IllegalArgumentException("1 to " + DERIVED_MAX + " bytes can be derived, not " + lengthBytes);
        }
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(label)) {
            throw new IllegalArgumentException("label is not ASCII");
        }
        byte[] ascii = label.getBytes(StandardCharsets.US_ASCII);
        byte[] separator = new byte[1];
        byte[] bits = {(byte) (lengthBytes * 8 >>> 8), (byte) (lengthBytes * 8)};
        byte[] out = new byte[lengthBytes];
        for (int i = 1, at = 0; at < lengthBytes; i++, at += BLOCK) {
            byte[] block = mac(new byte[] {(byte) i}, ascii, separator, context, bits);
            System.arraycopy(block, 0, out, at, Math.min(BLOCK, lengthBytes - at));
            Arrays.fill(block, (byte) 0);
        }
        return SecretBytes.owning(out);
    }

    @Override
    public byte[] encryptBlocks(byte[] iv, byte[] data) {
        return cbc(true, iv, data);
    }

    @Override
    public byte[] decryptBlocks(byte[] iv, byte[] data) {
        return cbc(false, iv, data);
    }

    private byte[] cbc(boolean encrypt, byte[] iv, byte[] data) {
        if (iv.length != BLOCK || data.length % BLOCK != 0) {
            throw new IllegalArgumentException("iv of " + iv.length + " bytes or data of " + data.length + " bytes");
        }
        CBCModeCipher cipher = CBCBlockCipher.newInstance(AESEngine.newInstance());
        cipher.init(encrypt, new ParametersWithIV(key(), iv));
        byte[] out = new byte[data.length];
        for (int at = 0; at < data.length; at += BLOCK) {
            cipher.processBlock(data, at, out, at);
        }
        return out;
    }

    @Override
    public byte[] seal(byte[] associated, byte[] plain) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] out = new byte[Math.addExact(NONCE + TAG, plain.length)];
            System.arraycopy(nonce, 0, out, 0, NONCE);
            AEADBlockCipher gcm = gcm(true, nonce, associated);
            int written = gcm.processBytes(plain, 0, plain.length, out, NONCE);
            gcm.doFinal(out, NONCE + written);
            return out;
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("encryption has no tag to fail on", e);
        }
    }

    @Override
    public byte[] open(byte[] associated, byte[] sealed) throws RefusedException {
        if (sealed.length < NONCE + TAG) {
            key();
            throw new RefusedException(CryptoCode.SEAL_BROKEN, sealed.length + " bytes");
        }
        byte[] out = new byte[sealed.length - NONCE - TAG];
        try {
            AEADBlockCipher gcm = gcm(false, Arrays.copyOf(sealed, NONCE), associated);
            int written = gcm.processBytes(sealed, NONCE, sealed.length - NONCE, out, 0);
            gcm.doFinal(out, written);
            return out;
        } catch (InvalidCipherTextException e) {
            Arrays.fill(out, (byte) 0);
            throw new RefusedException(CryptoCode.SEAL_BROKEN);
        }
    }

    private AEADBlockCipher gcm(boolean encrypt, byte[] nonce, byte[] associated) {
        AEADBlockCipher gcm = GCMBlockCipher.newInstance(AESEngine.newInstance());
        gcm.init(encrypt, new AEADParameters(key(), TAG * 8, nonce, associated));
        return gcm;
    }

    private synchronized KeyParameter key() {
        if (closed) {
            throw new IllegalStateException("key is closed");
        }
        return new KeyParameter(key);
    }

    @Override
    public synchronized void close() {
        closed = true;
        engines.clear();
        Arrays.fill(key, (byte) 0);
    }

    @Override
    public String toString() {
        return "SymmetricKey[AES-" + key.length * 8 + "]";
    }
}
