// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.bc.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.Test;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.RefusedException;

public class SymmetricKeyTest {

    private static final byte[] KEY = hex("2b7e151628aed2a6abf7158809cf4f3c");
    private static final byte[] MESSAGE = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
            + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
    private final BcCryptoService crypto = new BcCryptoService();

    /** RFC 4493 section 4, all four. */
    @Test
    public void cmacVectors() {
        SymmetricKey key = key(KEY);
        assertArrayEquals(hex("bb1d6929e95937287fa37d129b756746"), key.mac());
        assertArrayEquals(hex("070a16b46b4d4144f79bdd9dd04a287c"), key.mac(Arrays.copyOf(MESSAGE, 16)));
        assertArrayEquals(hex("dfa66747de9ae63030ca32611497c827"), key.mac(Arrays.copyOf(MESSAGE, 40)));
        assertArrayEquals(hex("51f0bebf7e3b9d92fc49741779363cfe"), key.mac(MESSAGE));
        assertArrayEquals(
                "parts are one message",
                key.mac(MESSAGE),
                key.mac(Arrays.copyOf(MESSAGE, 5), new byte[0], Arrays.copyOfRange(MESSAGE, 5, 64)));
    }

    /** SP 800-38B appendix D.3, AES-256. */
    @Test
    public void cmacWithLongKey() {
        SymmetricKey key = key(hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"));
        assertArrayEquals(hex("028962f61b7bf89efc6b551f4667d983"), key.mac());
        assertArrayEquals(hex("e1992190549f6ed5696a2c056c315410"), key.mac(MESSAGE));
    }

    @Test
    public void truncatedMacsAreComparedWholly() {
        SymmetricKey key = key(KEY);
        byte[] mac = key.mac(MESSAGE);
        for (int length = 0; length <= 20; length++) {
            byte[] cut = Arrays.copyOf(mac, length);
            assertEquals("" + length, length >= 8 && length <= 16, key.verifyMac(cut, MESSAGE));
            for (int bit = 0; bit < length * 8; bit++) {
                assertFalse(key.verifyMac(flipped(cut, bit), MESSAGE));
            }
        }
        for (int bit = 0; bit < MESSAGE.length * 8; bit++) {
            assertFalse(key.verifyMac(mac, flipped(MESSAGE, bit)));
        }
    }

    /** SP 800-38A F.2.1 and F.2.2, F.2.5. */
    @Test
    public void cbcVectors() {
        byte[] iv = hex("000102030405060708090a0b0c0d0e0f");
        byte[] cipher = hex("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
                + "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7");
        assertArrayEquals(cipher, key(KEY).encryptBlocks(iv, MESSAGE));
        assertArrayEquals(MESSAGE, key(KEY).decryptBlocks(iv, cipher));
        SymmetricKey longKey = key(hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"));
        assertArrayEquals(
                hex("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
                        + "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"),
                longKey.encryptBlocks(iv, MESSAGE));
        assertThrows(IllegalArgumentException.class, () -> key(KEY).encryptBlocks(iv, new byte[15]));
        assertThrows(IllegalArgumentException.class, () -> key(KEY).encryptBlocks(new byte[12], new byte[16]));
    }

    /** SP 800-108r1 section 4.1, computed here a second way: CMAC by hand out of the JDK's AES. */
    @Test
    public void derivationAsWrittenOut() throws Exception {
        byte[] context = hex("00112233445566778899aabbccddeeff0102");
        byte[] label = "PORTO-TEST".getBytes("US-ASCII");
        for (int length : new int[] {1, 15, 16, 17, 32, 33, 48, 64}) {
            byte[] expected = new byte[64];
            for (int i = 1; i <= 4; i++) {
                byte[] input = new byte[1 + label.length + 1 + context.length + 2];
                input[0] = (byte) i;
                System.arraycopy(label, 0, input, 1, label.length);
                System.arraycopy(context, 0, input, 2 + label.length, context.length);
                input[input.length - 2] = (byte) (length * 8 >> 8);
                input[input.length - 1] = (byte) (length * 8);
                System.arraycopy(cmacByHand(KEY, input), 0, expected, 16 * (i - 1), 16);
            }
            try (SecretBytes derived = key(KEY).derive("PORTO-TEST", context, length)) {
                assertArrayEquals(
                        Arrays.copyOf(expected, length), derived.expose(SecretAccess.insecureSecretAccess()));
            }
        }
        assertThrows(IllegalArgumentException.class, () -> key(KEY).derive("x", context, 0));
        assertThrows(IllegalArgumentException.class, () -> key(KEY).derive("x", context, 65));
        assertThrows(IllegalArgumentException.class, () -> key(KEY).derive("\u00e9", context, 16));
    }

    private static byte[] cmacByHand(byte[] key, byte[] message) throws Exception {
        Cipher aes = Cipher.getInstance("AES/CBC/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        byte[] k1 = doubled(aes.doFinal(new byte[16]));
        byte[] k2 = doubled(k1);
        int blocks = Math.max(1, (message.length + 15) / 16);
        byte[] padded = Arrays.copyOf(message, blocks * 16);
        boolean whole = message.length == padded.length;
        if (!whole) {
            padded[message.length] = (byte) 0x80;
        }
        for (int i = 0; i < 16; i++) {
            padded[padded.length - 16 + i] ^= whole ? k1[i] : k2[i];
        }
        byte[] out = aes.doFinal(padded);
        return Arrays.copyOfRange(out, out.length - 16, out.length);
    }

    private static byte[] doubled(byte[] in) {
        byte[] out = new byte[16];
        for (int i = 0; i < 16; i++) {
            out[i] = (byte) (in[i] << 1 | (i < 15 ? (in[i + 1] & 0xFF) >> 7 : 0));
        }
        if (in[0] < 0) {
            out[15] ^= (byte) 0x87;
        }
        return out;
    }

    @Test
    public void sealedBytesOpenWithTheJdkAndNotWhenAltered() throws Exception {
        byte[] associated = {1, 2, 3};
        byte[] sealed = key(KEY).seal(associated, MESSAGE);
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(Cipher.DECRYPT_MODE, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(128, sealed, 0, 12));
        gcm.updateAAD(associated);
        assertArrayEquals(MESSAGE, gcm.doFinal(sealed, 12, sealed.length - 12));
        assertArrayEquals(MESSAGE, key(KEY).open(associated, sealed));
        assertArrayEquals(new byte[0], key(KEY).open(associated, key(KEY).seal(associated, new byte[0])));
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] altered = flipped(sealed, bit);
            assertRefused("CRY-002", () -> key(KEY).open(associated, altered));
        }
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertRefused("CRY-002", () -> key(KEY).open(associated, cut));
        }
        assertRefused("CRY-002", () -> key(KEY).open(new byte[] {1, 2}, sealed));
        assertFalse("nonces repeat", Arrays.equals(sealed, key(KEY).seal(associated, MESSAGE)));
    }

    @Test
    public void closedKeysAreDead() {
        SymmetricKey key = key(KEY);
        key.close();
        assertThrows(IllegalStateException.class, key::mac);
        assertThrows(IllegalStateException.class, () -> key.open(new byte[0], new byte[5]));
        assertThrows(IllegalStateException.class, () -> key.derive("x", new byte[0], 16));
        assertThrows(IllegalArgumentException.class, () -> key(new byte[24]));
        assertTrue(key.toString(), key.toString().equals("SymmetricKey[AES-128]"));
    }

    private SymmetricKey key(byte[] bytes) {
        return crypto.symmetricKey(SecretBytes.copyOf(bytes));
    }

    static byte[] flipped(byte[] bytes, int bit) {
        byte[] out = bytes.clone();
        out[bit >> 3] ^= (byte) (1 << (bit & 7));
        return out;
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    interface Act {
        void run() throws RefusedException;
    }

    static void assertRefused(String code, Act act) {
        assertEquals(code, assertThrows(RefusedException.class, act::run).code());
    }
}
