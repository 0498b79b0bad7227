// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.keys.api.KeyService;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;

/** One-time codes: 20 characters of 32 that cannot be mistaken for each other, 100 bits, in four groups. */
final class EnrolmentCode {

    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final int CHARACTERS = 20;
    private static final int GROUP = 5;
    private static final int INPUT_CHARACTERS_MAX = 64;

    private final CryptoService crypto;
    private final KeyService keys;

    EnrolmentCode(CryptoService crypto, KeyService keys) {
        this.crypto = crypto;
        this.keys = keys;
    }

    byte[] wrappedNew(DeviceId device) {
        byte[] code = crypto.random(CHARACTERS);
        for (int i = 0; i < CHARACTERS; i++) {
            code[i] = (byte) ALPHABET.charAt(code[i] & 31);
        }
        try (SecretBytes secret = SecretBytes.owning(code)) {
            return keys.wrap(context(device), secret);
        }
    }

    /** For the operator, who carries it to the device: the one place where it leaves as text. */
    String text(DeviceId device, byte[] wrapped) throws RefusedException {
        try (SecretBytes secret = keys.unwrap(context(device), wrapped)) {
            byte[] code = secret.expose(SecretAccess.insecureSecretAccess());
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < code.length; i++) {
                text.append(i > 0 && i % GROUP == 0 ? "-" : "").append((char) code[i]);
            }
            Arrays.fill(code, (byte) 0);
            return text.toString();
        }
    }

    /** In constant time for the code's length. */
    boolean matches(DeviceId device, byte[] wrapped, String offered) throws RefusedException {
        if (offered == null || offered.length() > INPUT_CHARACTERS_MAX) {
            return false;
        }
        byte[] plain = offered.toUpperCase(Locale.ROOT)
                .replace("-", "")
                .replace(" ", "")
                .getBytes(StandardCharsets.UTF_8);
        try (SecretBytes right = keys.unwrap(context(device), wrapped);
                SecretBytes given = SecretBytes.owning(plain)) {
            return right.sameAs(given);
        }
    }

    private static String context(DeviceId device) {
        return "enrolment-code:" + device;
    }
}
