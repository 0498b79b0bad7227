// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.bc.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.porto.crypto.bc.internal.SymmetricKeyTest.assertRefused;
import static org.porto.crypto.bc.internal.SymmetricKeyTest.flipped;
import static org.porto.crypto.bc.internal.SymmetricKeyTest.hex;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.crypto.KeyAgreement;
import org.junit.Test;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;

public class SigningKeyTest {

    private static final byte[] MESSAGE = "sample".getBytes(StandardCharsets.US_ASCII);
    private final BcCryptoService crypto = new BcCryptoService();

    /** RFC 6979 A.2.5, SHA-256 over "sample" and "test". */
    @Test
    public void deterministicVectors() {
        SigningKey key = new BcSigningKey(
                new BigInteger("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", 16));
        assertArrayEquals(
                hex("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
                        + "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"),
                key.sign(MESSAGE));
        assertArrayEquals(
                hex("F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
                        + "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083"),
                key.sign("te".getBytes(StandardCharsets.US_ASCII), "st".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    public void theJdkAgrees() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyFactory factory = KeyFactory.getInstance("EC");
        for (int i = 0; i < 20; i++) {
            ExportableSigningKey own = crypto.generateSigningKey();
            KeyPair theirs = generator.generateKeyPair();
            Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
            verifier.initVerify(factory.generatePublic(new X509EncodedKeySpec(own.publicKey())));
            verifier.update(MESSAGE);
            assertTrue(verifier.verify(own.sign(MESSAGE)));

            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(theirs.getPrivate());
            signer.update(MESSAGE);
            byte[] raw = EcEncodings.rawSignature(signer.sign());
            assertTrue(crypto.verify(theirs.getPublic().getEncoded(), raw, MESSAGE));

            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(theirs.getPrivate());
            agreement.doPhase(factory.generatePublic(new X509EncodedKeySpec(own.publicKey())), true);
            try (SecretBytes z = own.agree(theirs.getPublic().getEncoded())) {
                assertArrayEquals(agreement.generateSecret(), z.expose(SecretAccess.insecureSecretAccess()));
            }
            byte[] pkcs8 = own.export(SecretAccess.insecureSecretAccess()).expose(SecretAccess.insecureSecretAccess());
            assertEquals("EC", factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)).getAlgorithm());
            assertArrayEquals(own.publicKey(), crypto.importSigningKey(SecretBytes.copyOf(pkcs8)).publicKey());
            assertArrayEquals(
                    theirs.getPublic().getEncoded(),
                    crypto.importSigningKey(SecretBytes.copyOf(theirs.getPrivate().getEncoded())).publicKey());
        }
    }

    @Test
    public void everyFlippedBitIsSeen() {
        SigningKey key = crypto.generateSigningKey();
        byte[] message = crypto.random(40);
        byte[] signature = key.sign(message);
        assertTrue(crypto.verify(key.publicKey(), signature, message));
        for (int bit = 0; bit < signature.length * 8; bit++) {
            assertFalse(crypto.verify(key.publicKey(), flipped(signature, bit), message));
        }
        for (int bit = 0; bit < message.length * 8; bit++) {
            assertFalse(crypto.verify(key.publicKey(), signature, flipped(message, bit)));
        }
        for (int bit = 0; bit < key.publicKey().length * 8; bit++) {
            assertFalse(crypto.verify(flipped(key.publicKey(), bit), signature, message));
        }
    }

    @Test
    public void malformedInputIsFalseNotAnError() {
        SigningKey key = crypto.generateSigningKey();
        assertFalse(crypto.verify(key.publicKey(), new byte[64], MESSAGE));
        assertFalse(crypto.verify(key.publicKey(), new byte[63], MESSAGE));
        assertFalse(crypto.verify(key.publicKey(), new byte[0], MESSAGE));
        assertFalse(crypto.verify(new byte[0], key.sign(MESSAGE), MESSAGE));
        byte[] n = P256.fixed(P256.DOMAIN.getN());
        byte[] over = Arrays.copyOf(n, 64);
        System.arraycopy(n, 0, over, 32, 32);
        assertFalse(crypto.verify(key.publicKey(), over, MESSAGE));
    }

    @Test
    public void pointsOffTheCurveAreRefused() throws Exception {
        SigningKey key = crypto.generateSigningKey();
        byte[] point = EcEncodings.point(key.publicKey());
        point[64] ^= 1;
        byte[] off = EcEncodings.publicKey(point);
        assertThrows(IllegalArgumentException.class, () -> key.agree(off));
        assertThrows(IllegalArgumentException.class, () -> key.agree(new byte[91]));
        byte[] zero = new byte[65];
        zero[0] = 4;
        byte[] zeroKey = EcEncodings.publicKey(zero);
        assertThrows(IllegalArgumentException.class, () -> key.agree(zeroKey));
    }

    @Test
    public void otherPrivateKeysAreRefused() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(1024);
        byte[] rsaKey = rsa.generateKeyPair().getPrivate().getEncoded();
        KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
        p384.initialize(new ECGenParameterSpec("secp384r1"));
        byte[] otherCurve = p384.generateKeyPair().getPrivate().getEncoded();
        assertRefused("CRY-003", () -> crypto.importSigningKey(SecretBytes.copyOf(rsaKey)));
        assertRefused("CRY-003", () -> crypto.importSigningKey(SecretBytes.copyOf(otherCurve)));
        assertRefused("CRY-003", () -> crypto.importSigningKey(SecretBytes.copyOf(new byte[0])));
        assertRefused("CRY-003", () -> crypto.importSigningKey(SecretBytes.copyOf(new byte[40])));
        byte[] good;
        try (SecretBytes key = crypto.generateSigningKey().export(SecretAccess.insecureSecretAccess())) {
            good = key.expose(SecretAccess.insecureSecretAccess());
        }
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertRefused("CRY-003", () -> crypto.importSigningKey(SecretBytes.copyOf(cut)));
        }
    }

    @Test
    public void oneKeyServesManyThreads() throws Exception {
        SigningKey key = crypto.generateSigningKey();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] message = crypto.random(32);
            answers.add(threads.submit(() -> crypto.verify(key.publicKey(), key.sign(message), message)));
        }
        for (Future<Boolean> answer : answers) {
            assertTrue(answer.get(30, TimeUnit.SECONDS));
        }
        threads.shutdown();
    }

    @Test
    public void closedKeysAreDead() {
        ExportableSigningKey key = crypto.generateSigningKey();
        byte[] peer = key.publicKey();
        key.close();
        assertThrows(IllegalStateException.class, () -> key.sign(MESSAGE));
        assertThrows(IllegalStateException.class, () -> key.agree(peer));
        assertThrows(IllegalStateException.class, key::publicKey);
        assertThrows(IllegalStateException.class, () -> key.export(SecretAccess.insecureSecretAccess()));
    }

    @Test
    public void randomAndDigest() {
        assertArrayEquals(
                hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                crypto.sha256(new byte[] {'a'}, new byte[] {'b', 'c'}));
        assertEquals(0, crypto.random(0).length);
        assertEquals(65_536, crypto.random(65_536).length);
        assertThrows(IllegalArgumentException.class, () -> crypto.random(65_537));
        assertThrows(IllegalArgumentException.class, () -> crypto.random(-1));
        assertTrue(crypto.provider(), crypto.provider().startsWith("Bouncy Castle 1."));
        assertTrue("provider was registered", java.security.Security.getProvider("BC") == null);
    }
}
