// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.bc.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertTrue;
import static org.porto.crypto.bc.internal.SymmetricKeyTest.assertRefused;
import static org.porto.crypto.bc.internal.SymmetricKeyTest.hex;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.junit.Test;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SigningKey;
import org.porto.model.api.RefusedException;

public class EcEncodingsTest {

    private static final BigInteger N = P256.DOMAIN.getN();
    private final BcCryptoService crypto = new BcCryptoService();

    @Test
    public void signaturesConvertAsBouncyCastleDoes() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            // Short numbers too: leading zeros are where encoders err.
            BigInteger r = new BigInteger(1 + random.nextInt(256), random).mod(N).max(BigInteger.ONE);
            BigInteger s = new BigInteger(1 + random.nextInt(256), random).mod(N).max(BigInteger.ONE);
            byte[] raw = PlainDSAEncoding.INSTANCE.encode(N, r, s);
            byte[] der = StandardDSAEncoding.INSTANCE.encode(N, r, s);
            assertArrayEquals(der, EcEncodings.derSignature(raw));
            assertArrayEquals(raw, EcEncodings.rawSignature(der));
        }
    }

    /** Whatever is read must be the one encoding of what it says; nothing else may get through, nothing may crash. */
    @Test
    public void onlyStrictDerIsRead() throws Exception {
        Random random = new Random(11);
        SigningKey key = crypto.generateSigningKey();
        int read = 0;
        for (int i = 0; i < 40_000; i++) {
            byte[] der = EcEncodings.derSignature(i % 400 == 0 ? key.sign(new byte[] {(byte) i}) : new byte[64]);
            int changes = 1 + random.nextInt(3);
            for (int c = 0; c < changes; c++) {
                der[random.nextInt(Math.min(der.length, 8))] = (byte) random.nextInt(256);
            }
            if (random.nextBoolean()) {
                der = Arrays.copyOf(der, Math.max(0, der.length + random.nextInt(5) - 2));
            }
            try {
                byte[] raw = EcEncodings.rawSignature(der);
                assertArrayEquals(EcEncodings.derSignature(raw), der);
                read++;
            } catch (RefusedException e) {
                assertTrue(e.code().equals("CRY-004"));
            }
        }
        assertTrue("no mutation was readable: the test reaches nothing", read > 0);
    }

    @Test
    public void malformedDerIsRefused() {
        for (String bad : new String[] {
            "", "30", "3006020101", "300602010102010100", "3007020101020101", "310602010102010101",
            "30080202000102020001", "3006020181020101", "3006020101030101", "3006020001020101", "300602020101020101",
            "30060201010200", "3006020100020100ff", "30810602010102010101"
        }) {
            assertRefused("CRY-004", () -> EcEncodings.rawSignature(hex(bad)));
        }
        assertRefused("CRY-004", () -> EcEncodings.derSignature(new byte[63]));
    }

    @Test
    public void pointsConvert() throws Exception {
        for (int i = 0; i < 50; i++) {
            byte[] spki = crypto.generateSigningKey().publicKey();
            byte[] point = EcEncodings.point(spki);
            assertArrayEquals(spki, EcEncodings.publicKey(point));
            assertTrue(P256.DOMAIN.getCurve().decodePoint(point).isValid());
        }
        byte[] spki = crypto.generateSigningKey().publicKey();
        for (int bit = 0; bit < 27 * 8; bit++) {
            byte[] other = SymmetricKeyTest.flipped(spki, bit);
            assertRefused("CRY-003", () -> EcEncodings.point(other));
        }
        assertRefused("CRY-003", () -> EcEncodings.point(Arrays.copyOf(spki, 90)));
        assertRefused("CRY-003", () -> EcEncodings.publicKey(new byte[65]));
        assertRefused("CRY-003", () -> EcEncodings.publicKey(new byte[33]));
    }
}
