// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.util.Arrays;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.PurseCode;

/** A key agreed over with a point of the card: ECDH, then SP 800-56C extraction by CMAC under a zero key. */
final class Agreement {

    private Agreement() {}

    static SymmetricKey root(CryptoService crypto, SigningKey own, byte[] point) throws RefusedException {
        byte[] z = null;
        try (SecretBytes shared = own.agree(publicKey(point));
                SecretBytes zero = SecretBytes.owning(new byte[16]);
                SymmetricKey extraction = crypto.symmetricKey(zero)) {
            // The shared secret is the message of a MAC here, not a key.
            z = shared.expose(SecretAccess.insecureSecretAccess());
            try (SecretBytes kdk = SecretBytes.owning(extraction.mac(z))) {
                return crypto.symmetricKey(kdk);
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedException(PurseCode.RECOGNITION_FAILED, "card's point is not on the curve", e);
        } finally {
            if (z != null) {
                Arrays.fill(z, (byte) 0);
            }
        }
    }

    private static byte[] publicKey(byte[] point) throws RefusedException {
        try {
            return EcEncodings.publicKey(point);
        } catch (RefusedException e) {
            throw new RefusedException(PurseCode.RECOGNITION_FAILED, "card's point is none", e);
        }
    }
}
