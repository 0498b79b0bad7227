// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.porto.indicium.api.IndiciumCode;
import org.porto.model.api.RefusedException;

/** A certificate file: DER as it is, PEM (RFC 7468) unwrapped. */
final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN CERTIFICATE-----\\s+([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----");

    private Pem() {}

    static byte[] unwrap(byte[] file) throws RefusedException {
        Matcher block = BLOCK.matcher(new String(file, StandardCharsets.ISO_8859_1));
        if (!block.find()) {
            return file;
        }
        try {
            return Base64.getMimeDecoder().decode(block.group(1));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(IndiciumCode.DEVICE_UNKNOWN, "certificate is not base64", e);
        }
    }
}
