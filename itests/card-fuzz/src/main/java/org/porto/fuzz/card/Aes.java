// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-128 as docs/protocol/card-session.md has it, written a third time: neither the card's code nor the host's. */
final class Aes {

    static final byte[] ZERO = new byte[16];

    private final SecretKeySpec key;

    Aes(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    private byte[] run(String mode, int direction, byte[] iv, byte[] data) {
        try {
            Cipher cipher = Cipher.getInstance("AES/" + mode + "/NoPadding");
            if (iv == null) {
                cipher.init(direction, key);
            } else {
                cipher.init(direction, key, new IvParameterSpec(iv));
            }
            return cipher.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] block(byte[] data) {
        return run("ECB", Cipher.ENCRYPT_MODE, null, data);
    }

    byte[] encrypt(byte[] iv, byte[] data) {
        return run("CBC", Cipher.ENCRYPT_MODE, iv, data);
    }

    byte[] decrypt(byte[] iv, byte[] data) {
        return run("CBC", Cipher.DECRYPT_MODE, iv, data);
    }

    private static byte[] twice(byte[] in) {
        byte[] out = new byte[16];
        for (int i = 0; i < 16; i++) {
            out[i] = (byte) (in[i] << 1 | (i < 15 ? (in[i + 1] & 0xFF) >> 7 : 0));
        }
        out[15] ^= (byte) (in[0] < 0 ? 0x87 : 0);
        return out;
    }

    byte[] cmac(byte[]... parts) {
        byte[] message = join(parts);
        int whole = Math.max(16, (message.length + 15) / 16 * 16);
        byte[] sub = twice(block(ZERO));
        byte[] padded = Arrays.copyOf(message, whole);
        if (whole != message.length) {
            padded[message.length] = (byte) 0x80;
            sub = twice(sub);
        }
        for (int i = 0; i < 16; i++) {
            padded[whole - 16 + i] ^= sub[i];
        }
        byte[] all = encrypt(ZERO, padded);
        return Arrays.copyOfRange(all, whole - 16, whole);
    }

    byte[] derive(String label, byte[] context, int length) {
        byte[] head = label.getBytes(StandardCharsets.US_ASCII);
        byte[] message = ByteBuffer.allocate(head.length + context.length + 4)
                .put((byte) 1)
                .put(head)
                .put((byte) 0)
                .put(context)
                .putShort((short) (length * 8))
                .array();
        return Arrays.copyOf(cmac(message), length);
    }

    static byte[] pad(byte[] data) {
        byte[] padded = Arrays.copyOf(data, data.length / 16 * 16 + 16);
        padded[data.length] = (byte) 0x80;
        return padded;
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            out.put(part);
        }
        return out.array();
    }
}
