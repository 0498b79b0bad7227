// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import java.util.Arrays;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.RefusedException;

/** Opens an envelope as a card does, written from the layout alone: numbers, not the sealer's constants. */
final class EnvelopeOpener {

    /** @param order order bytes; @param signature DER */
    record Opened(byte[] order, byte[] signature) {}

    private EnvelopeOpener() {}

    /** @return empty signature and order when the MAC is wrong */
    static Opened open(CryptoService crypto, SigningKey card, byte[] envelope, int orderBytes) throws RefusedException {
        byte[] head = Arrays.copyOf(envelope, 67);
        byte[] sealed = Arrays.copyOfRange(envelope, 67, envelope.length - 16);
        byte[] tag = Arrays.copyOfRange(envelope, envelope.length - 16, envelope.length);
        byte[] peer = EcEncodings.publicKey(Arrays.copyOfRange(envelope, 2, 67));
        byte[] z = card.agree(peer).expose(SecretAccess.insecureSecretAccess());
        byte[] kdk = crypto.symmetricKey(SecretBytes.owning(new byte[16])).mac(z);
        SymmetricKey derive = crypto.symmetricKey(SecretBytes.owning(kdk));
        SymmetricKey mac = crypto.symmetricKey(derive.derive("PORTO-AMAC", head, 16));
        if (!mac.verifyMac(tag, Arrays.copyOf(envelope, envelope.length - 16))) {
            return new Opened(new byte[0], new byte[0]);
        }
        SymmetricKey enc = crypto.symmetricKey(derive.derive("PORTO-AENC", head, 16));
        byte[] plain = enc.decryptBlocks(new byte[16], sealed);
        int end = plain.length - 1;
        while (plain[end] == 0) {
            end--;
        }
        if (plain[end] != (byte) 0x80) {
            throw new AssertionError("padding");
        }
        return new Opened(Arrays.copyOf(plain, orderBytes), Arrays.copyOfRange(plain, orderBytes, end));
    }
}
