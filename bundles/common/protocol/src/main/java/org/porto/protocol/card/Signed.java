// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.card;

import java.util.Arrays;

/**
 * A record with the DER signature behind it.
 *
 * @param body the signed bytes
 * @param signature ECDSA P-256 SHA-256, DER, at most 72 bytes
 */
public record Signed(byte[] body, byte[] signature) {

    public Signed {
        body = body.clone();
        signature = signature.clone();
    }

    /** Splits body and signature. @throws CardRecordException when there are not 8 to 72 bytes behind the body */
    public static Signed split(byte[] encoded, int bodyBytes) throws CardRecordException {
        int rest = encoded.length - bodyBytes;
        if (rest < 8 || rest > 72) {
            throw new CardRecordException("record of " + encoded.length + " bytes has no signature behind " + bodyBytes);
        }
        return new Signed(Arrays.copyOf(encoded, bodyBytes), Arrays.copyOfRange(encoded, bodyBytes, encoded.length));
    }

    public byte[] encoded() {
        byte[] all = Arrays.copyOf(body, body.length + signature.length);
        System.arraycopy(signature, 0, all, body.length, signature.length);
        return all;
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    @Override
    public byte[] signature() {
        return signature.clone();
    }
}
