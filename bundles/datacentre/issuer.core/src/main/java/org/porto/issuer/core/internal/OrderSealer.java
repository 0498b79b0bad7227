// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.RefusedException;
import org.porto.protocol.card.CardOrder;
import org.porto.protocol.card.CardOrderEnvelope;

/** Makes {@link CardOrderEnvelope}s: signs the order, encrypts both to the card under a key that is used once. */
final class OrderSealer {

    private static final int BLOCK_BYTES = 16;

    private final CryptoService crypto;

    OrderSealer(CryptoService crypto) {
        this.crypto = crypto;
    }

    byte[] seal(CardOrder order, SigningKey orders, byte[] cardPoint) throws RefusedException {
        byte[] body = order.encoded();
        byte[] plain = padded(body, EcEncodings.derSignature(orders.sign(body)));
        try (SigningKey ephemeral = crypto.generateSigningKey();
                SymmetricKey derivation = derivation(ephemeral, cardPoint)) {
            byte[] head = ByteBuffer.allocate(CardOrderEnvelope.HEAD_BYTES)
                    .put((byte) CardOrderEnvelope.VERSION)
                    .put((byte) order.keyVersion())
                    .put(EcEncodings.point(ephemeral.publicKey()))
                    .array();
            try (SecretBytes encSecret = derivation.derive(CardOrderEnvelope.LABEL_ENC, head, BLOCK_BYTES);
                    SecretBytes macSecret = derivation.derive(CardOrderEnvelope.LABEL_MAC, head, BLOCK_BYTES);
                    SymmetricKey enc = crypto.symmetricKey(encSecret);
                    SymmetricKey mac = crypto.symmetricKey(macSecret)) {
                byte[] sealed = enc.encryptBlocks(new byte[BLOCK_BYTES], plain);
                byte[] tag = mac.mac(head, sealed);
                return ByteBuffer.allocate(head.length + sealed.length + tag.length)
                        .put(head)
                        .put(sealed)
                        .put(tag)
                        .array();
            }
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private SymmetricKey derivation(SigningKey ephemeral, byte[] cardPoint) throws RefusedException {
        try (SecretBytes shared = ephemeral.agree(EcEncodings.publicKey(cardPoint));
                SecretBytes salt = SecretBytes.owning(new byte[BLOCK_BYTES]);
                SymmetricKey extract = crypto.symmetricKey(salt)) {
            // raw bytes: the extraction step takes the shared secret as the MAC's message, not as a key
            byte[] z = shared.expose(SecretAccess.insecureSecretAccess());
            try (SecretBytes kdk = SecretBytes.owning(extract.mac(z))) {
                return crypto.symmetricKey(kdk);
            } finally {
                Arrays.fill(z, (byte) 0);
            }
        }
    }

    private static byte[] padded(byte[] body, byte[] signature) {
        int length = body.length + signature.length + 1;
        byte[] plain = new byte[(length + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES];
        System.arraycopy(body, 0, plain, 0, body.length);
        System.arraycopy(signature, 0, plain, body.length, signature.length);
        plain[length - 1] = (byte) 0x80;
        return plain;
    }
}
