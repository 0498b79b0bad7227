// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-128 and CMAC by the platform's instructions, with expanded keys kept by their bytes: card and host of the simulation both compute
 * with this, so that a key which both have is expanded once. To expand one takes the platform as long as to encrypt a hundred blocks.
 * Of one thread.
 */
public final class SharedAes {

    /** What was computed, for the bench. */
    public static final class Count {
        long keys;
        long calls;
        long blocks;
    }

    private static final int BLOCK = 16;
    private static final int SLOTS = 1024;
    private static final int SCRATCH = 512;
    private static final IvParameterSpec ZERO = new IvParameterSpec(new byte[BLOCK]);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final ThreadLocal<SharedAes> OF_THREAD = ThreadLocal.withInitial(SharedAes::new);

    /**
     * One expanded key. Its cipher is never finished, and set up again only for the other direction: either costs more than a block.
     * What a new message finds in the chain is known, and taken out of its first block.
     */
    private static final class Slot {
        private final Cipher cipher;
        private long high;
        private long low;
        private SecretKeySpec key;
        private int mode;
        private long chainHigh;
        private long chainLow;
        private boolean hasSubkeys;
        /** CMAC's subkeys, of whole and of padded messages. */
        private final byte[] whole = new byte[BLOCK];
        private final byte[] padded = new byte[BLOCK];

        Slot() throws GeneralSecurityException {
            cipher = Cipher.getInstance("AES/CBC/NoPadding", "SunJCE");
        }

        private void mode(int wanted) throws GeneralSecurityException {
            if (mode != wanted) {
                cipher.init(wanted, key, ZERO);
                mode = wanted;
                chainHigh = 0;
                chainLow = 0;
            }
        }

        private void expand(byte[] bytes, long keyHigh, long keyLow) throws GeneralSecurityException {
            high = keyHigh;
            low = keyLow;
            key = new SecretKeySpec(bytes, 0, BLOCK, "AES");
            hasSubkeys = false;
            mode = 0;
            mode(Cipher.ENCRYPT_MODE);
        }

        /** Under a vector of zeros. */
        private void encrypt(byte[] in, int length, byte[] out) throws GeneralSecurityException {
            mode(Cipher.ENCRYPT_MODE);
            mix(in, 0, chainHigh, chainLow);
            cipher.update(in, 0, length, out, 0);
            chainHigh = (long) LONG.get(out, length - BLOCK);
            chainLow = (long) LONG.get(out, length - BLOCK + 8);
        }

        private void decrypt(byte[] in, int offset, int length, byte[] out) throws GeneralSecurityException {
            mode(Cipher.DECRYPT_MODE);
            cipher.update(in, offset, length, out, 0);
            mix(out, 0, chainHigh, chainLow);
            chainHigh = (long) LONG.get(in, offset + length - BLOCK);
            chainLow = (long) LONG.get(in, offset + length - BLOCK + 8);
        }
    }

    private final Slot[] slots = new Slot[SLOTS];
    private final byte[] in = new byte[SCRATCH];
    private final byte[] out = new byte[SCRATCH];
    private final Count count = new Count();

    private SharedAes() {}

    public static SharedAes here() {
        return OF_THREAD.get();
    }

    Count count() {
        return count;
    }

    /** @throws GeneralSecurityException never: keys have sixteen bytes */
    private Slot slot(byte[] key) throws GeneralSecurityException {
        long high = (long) LONG.get(key, 0);
        long low = (long) LONG.get(key, 8);
        int at = (int) ((high ^ low) * 0x9E3779B97F4A7C15L >>> 54);
        Slot slot = slots[at];
        if (slot == null) {
            slot = new Slot();
            slots[at] = slot;
        }
        if (slot.key == null || slot.high != high || slot.low != low) {
            slot.expand(key, high, low);
            count.keys++;
        }
        return slot;
    }

    private void did(int bytes) {
        count.calls++;
        count.blocks += bytes >> 4;
    }

    /** CBC without padding. @param iv null for a vector of zeros */
    public byte[] encrypt(byte[] key, byte[] iv, byte[] text, int offset, int length) {
        System.arraycopy(text, offset, in, 0, length);
        if (iv != null) {
            mix(in, 0, (long) LONG.get(iv, 0), (long) LONG.get(iv, 8));
        }
        byte[] result = new byte[length];
        try {
            slot(key).encrypt(in, length, result);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        did(length);
        return result;
    }

    /** Inverse of {@link #encrypt}. */
    public byte[] decrypt(byte[] key, byte[] iv, byte[] text, int offset, int length) {
        byte[] result = new byte[length];
        try {
            slot(key).decrypt(text, offset, length, result);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        if (iv != null) {
            mix(result, 0, (long) LONG.get(iv, 0), (long) LONG.get(iv, 8));
        }
        did(length);
        return result;
    }

    private static void mix(byte[] block, int at, long high, long low) {
        LONG.set(block, at, (long) LONG.get(block, at) ^ high);
        LONG.set(block, at + 8, (long) LONG.get(block, at + 8) ^ low);
    }

    /** AES-CMAC (RFC 4493). */
    byte[] cmac(byte[] key, byte[]... parts) {
        try {
            Slot slot = slot(key);
            if (!slot.hasSubkeys) {
                Arrays.fill(in, 0, BLOCK, (byte) 0);
                slot.encrypt(in, BLOCK, out);
                did(BLOCK);
                doubled(out, slot.whole);
                doubled(slot.whole, slot.padded);
                slot.hasSubkeys = true;
            }
            int length = 0;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, in, length, part.length);
                length += part.length;
            }
            int size = Math.max(1, (length + BLOCK - 1) / BLOCK) * BLOCK;
            byte[] subkey = slot.whole;
            if (length < size) {
                Arrays.fill(in, length, size, (byte) 0);
                in[length] = (byte) 0x80;
                subkey = slot.padded;
            }
            mix(in, size - BLOCK, (long) LONG.get(subkey, 0), (long) LONG.get(subkey, 8));
            slot.encrypt(in, size, out);
            did(size);
            return Arrays.copyOfRange(out, size - BLOCK, size);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void doubled(byte[] from, byte[] to) {
        long high = (long) LONG.get(from, 0);
        long low = (long) LONG.get(from, 8);
        LONG.set(to, 0, high << 1 | low >>> 63);
        LONG.set(to, 8, low << 1 ^ (high >> 63 & 0x87));
    }
}
