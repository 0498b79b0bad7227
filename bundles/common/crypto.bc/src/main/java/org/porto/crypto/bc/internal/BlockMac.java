// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.bc.internal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-CMAC (RFC 4493) over the platform's CBC: the last block of it, once the message's last block has its subkey. One thread. */
final class BlockMac {

    private static final int BLOCK = 16;
    private static final int BUFFER = 512;
    private static final int RB = 0x87;

    private final Cipher cbc;
    private final byte[] whole;
    private final byte[] padded;
    private byte[] in = new byte[BUFFER];
    private byte[] out = new byte[BUFFER];

    BlockMac(byte[] key) {
        try {
            cbc = Cipher.getInstance("AES/CBC/NoPadding");
            cbc.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[BLOCK]));
            whole = doubled(cbc.doFinal(new byte[BLOCK]));
            padded = doubled(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/CBC/NoPadding", e);
        }
    }

    /** Times x in GF(2^128), RFC 4493 section 2.3. */
    private static byte[] doubled(byte[] block) {
        byte[] result = new byte[BLOCK];
        int carry = 0;
        for (int i = BLOCK - 1; i >= 0; i--) {
            int shifted = (block[i] & 0xFF) << 1 | carry;
            result[i] = (byte) shifted;
            carry = shifted >>> 8;
        }
        result[BLOCK - 1] ^= (byte) (carry * RB);
        return result;
    }

    byte[] mac(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length = Math.addExact(length, part.length);
        }
        int blocks = Math.max(1, (int) (((long) length + BLOCK - 1) / BLOCK));
        int size = Math.multiplyExact(blocks, BLOCK);
        if (in.length < size) {
            in = new byte[size];
            out = new byte[size];
        }
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, in, at, part.length);
            at += part.length;
        }
        byte[] subkey = whole;
        if (length < size) {
            Arrays.fill(in, length, size, (byte) 0);
            in[length] = (byte) 0x80;
            subkey = padded;
        }
        for (int i = 0; i < BLOCK; i++) {
            in[size - BLOCK + i] ^= subkey[i];
        }
        try {
            cbc.doFinal(in, 0, size, out, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("whole blocks always fit", e);
        }
        byte[] mac = Arrays.copyOfRange(out, size - BLOCK, size);
        Arrays.fill(in, 0, size, (byte) 0);
        if (in.length > BUFFER) {
            in = new byte[BUFFER];
            out = new byte[BUFFER];
        }
        return mac;
    }
}
