// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.core.internal;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.porto.crypto.api.CertificateInfo;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.CertificateService;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyKind;
import org.porto.keys.api.KeyService;

/** Real keys of the JDK behind the services that the profiles use; everything else answers with an error. */
final class BenchKeys {

    private final KeyPair device;
    private final byte[] macKey = new byte[32];

    BenchKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        device = generator.generateKeyPair();
        new java.security.SecureRandom().nextBytes(macKey);
    }

    byte[] publicKey() {
        return device.getPublic().getEncoded();
    }

    CryptoService crypto() {
        return proxy(CryptoService.class, (method, arguments) -> switch (method) {
            case "sha256" -> MessageDigest.getInstance("SHA-256").digest(join((byte[][]) arguments[0]));
            case "verify" -> verify((byte[]) arguments[0], (byte[]) arguments[1], join((byte[][]) arguments[2]));
            default -> throw new UnsupportedOperationException(method);
        });
    }

    KeyService keys() {
        SigningKey signing = proxy(SigningKey.class, (method, arguments) -> switch (method) {
            case "publicKey" -> publicKey();
            case "sign" -> sign(join((byte[][]) arguments[0]));
            default -> throw new UnsupportedOperationException(method);
        });
        SymmetricKey mac = proxy(SymmetricKey.class, (method, arguments) -> switch (method) {
            case "mac" -> cmac(macKey, join((byte[][]) arguments[0]));
            default -> throw new UnsupportedOperationException(method);
        });
        return proxy(KeyService.class, (method, arguments) -> switch (method) {
            case "signingKey" -> signing;
            case "symmetricKey" -> mac;
            case "current" -> Optional.of(
                    new KeyInfo((String) arguments[0], KeyKind.SYMMETRIC, 1, "000000", Instant.EPOCH, true));
            default -> throw new UnsupportedOperationException(method);
        });
    }

    /** Reads every certificate as the one of this subject. */
    CertificateService certificates(String subject, CertificateRole role) {
        return proxy(CertificateService.class, (method, arguments) -> switch (method) {
            case "read" -> new CertificateInfo(subject, role, publicKey(), "01", Instant.EPOCH, Instant.MAX);
            default -> throw new UnsupportedOperationException(method);
        });
    }

    /** RFC 4493. */
    static byte[] cmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        byte[] subkey = twice(aes.doFinal(new byte[16]));
        int last = message.length == 0 ? 0 : (message.length - 1) / 16 * 16;
        byte[] block = Arrays.copyOfRange(message, last, last + 16);
        if (message.length - last < 16) {
            subkey = twice(subkey);
            block[message.length - last] = (byte) 0x80;
        }
        byte[] state = new byte[16];
        for (int at = 0; at <= last; at += 16) {
            for (int i = 0; i < 16; i++) {
                state[i] ^= at == last ? block[i] ^ subkey[i] : message[at + i];
            }
            state = aes.doFinal(state);
        }
        return state;
    }

    private static byte[] twice(byte[] block) {
        byte[] out = new byte[16];
        for (int i = 0; i < 16; i++) {
            out[i] = (byte) (block[i] << 1 | (i < 15 ? (block[i + 1] & 0xFF) >>> 7 : 0));
        }
        if (block[0] < 0) {
            out[15] ^= (byte) 0x87;
        }
        return out;
    }

    private byte[] sign(byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(device.getPrivate());
        signature.update(message);
        return signature.sign();
    }

    private static boolean verify(byte[] key, byte[] rs, byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key)));
        signature.update(message);
        try {
            return signature.verify(rs);
        } catch (java.security.SignatureException e) {
            return false;
        }
    }

    private static byte[] join(byte[][] parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private interface Answers {
        Object answer(String method, Object[] arguments) throws GeneralSecurityException;
    }

    private static <T> T proxy(Class<T> type, Answers answers) {
        return type.cast(java.lang.reflect.Proxy.newProxyInstance(
                BenchKeys.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.answer(method.getName(), arguments)));
    }
}
