// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/** SSH keys made at set-up: no password exists anywhere. RSA, 3072 bits: what Karaf's login module and every client know. */
public final class SshKeys {

    private static final int BITS = 3072;
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----\n";
    private static final String END = "-----END PRIVATE KEY-----\n";

    private SshKeys() {}

    /** The pair in the file (PKCS #8, PEM, mode 0600), made when there is none; the public half lies beside it as {@code .pub}. */
    public static KeyPair ensure(Path file) throws LauncherException {
        try {
            if (Files.exists(file)) {
                return read(file);
            }
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            KeyPair pair = generator.generateKeyPair();
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path aside = file.resolveSibling(file.getFileName() + ".tmp");
            Files.deleteIfExists(aside);
            Files.createFile(aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPrivate().getEncoded());
            Files.writeString(aside, BEGIN + body + "\n" + END);
            Files.writeString(file.resolveSibling(file.getFileName() + ".pub"), line(pair.getPublic()) + " porto\n");
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            return pair;
        } catch (IOException | GeneralSecurityException e) {
            throw new LauncherException("cannot make or read the key " + file + ": " + e.getMessage(), e);
        }
    }

    /** {@code ssh-rsa AAAA…}, as in authorized_keys. */
    public static String line(PublicKey key) {
        return PublicKeyEntry.toString(key);
    }

    private static KeyPair read(Path file) throws IOException, GeneralSecurityException {
        String body = Files.readString(file).replace(BEGIN, "").replace(END, "");
        KeyFactory rsa = KeyFactory.getInstance("RSA");
        RSAPrivateCrtKey secret =
                (RSAPrivateCrtKey) rsa.generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
        return new KeyPair(
                rsa.generatePublic(new RSAPublicKeySpec(secret.getModulus(), secret.getPublicExponent())), secret);
    }
}
