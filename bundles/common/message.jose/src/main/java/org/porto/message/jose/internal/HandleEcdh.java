// SPDX-License-Identifier: Apache-2.0
package org.porto.message.jose.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWECryptoParts;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.impl.AAD;
import com.nimbusds.jose.crypto.impl.ECDHCryptoProvider;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64URL;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;

/** ECDH-ES (RFC 7518 section 4.6) with the agreement left to a key handle: the private key never comes here. */
final class HandleEcdh extends ECDHCryptoProvider {

    HandleEcdh() throws JOSEException {
        super(Curve.P_256, null);
    }

    @Override
    public Set<Curve> supportedEllipticCurves() {
        return Set.of(Curve.P_256);
    }

    /** @param header with the ephemeral public key in it */
    JWECryptoParts encrypt(JWEHeader header, SigningKey ephemeral, byte[] recipientKey, byte[] plain) throws JOSEException {
        return encryptWithZ(header, agreed(ephemeral, recipientKey), plain, AAD.compute(header));
    }

    byte[] decrypt(
            JWEHeader header, SigningKey recipient, byte[] ephemeralKey, Base64URL iv, Base64URL cipherText, Base64URL tag)
            throws JOSEException {
        return decryptWithZ(
                header, AAD.compute(header), agreed(recipient, ephemeralKey), null, iv, cipherText, tag);
    }

    /** The shared secret leaves its holder here: the library's key derivation takes JCA keys only. */
    private static SecretKey agreed(SigningKey own, byte[] peerKey) {
        try (SecretBytes z = own.agree(peerKey)) {
            byte[] raw = z.expose(SecretAccess.insecureSecretAccess());
            try {
                return new SecretKeySpec(raw, "AES");
            } finally {
                Arrays.fill(raw, (byte) 0);
            }
        }
    }
}
