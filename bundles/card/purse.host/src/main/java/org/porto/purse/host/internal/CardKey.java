// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.util.Arrays;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.model.api.RefusedException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.Signed;
import org.porto.purse.api.PurseCode;

/** A card's certificate and what it verifies. */
record CardKey(Signed signed, CardCertificate certificate) {

    static CardKey parse(byte[] encoded) throws RefusedException {
        try {
            Signed signed = Signed.split(encoded, CardCertificate.BYTES);
            return new CardKey(signed, CardCertificate.parse(signed.body()));
        } catch (CardRecordException e) {
            throw new RefusedException(PurseCode.CERTIFICATE_WRONG, e.getMessage(), e);
        }
    }

    /** Whether the signature, DER, is right; false for a malformed one. */
    static boolean signedBy(CryptoService crypto, byte[] publicKey, byte[] der, byte[]... message) {
        try {
            return crypto.verify(publicKey, EcEncodings.rawSignature(der), message);
        } catch (RefusedException e) {
            return false;
        }
    }

    boolean verifies(CryptoService crypto, byte[] der, byte[]... message) {
        try {
            return signedBy(crypto, EcEncodings.publicKey(certificate.point()), der, message);
        } catch (RefusedException e) {
            return false;
        }
    }

    void checkIssuer(CryptoService crypto, byte[] issuerPublicKey, int today) throws RefusedException {
        if (certificate.role() != CardCertificate.ROLE_CARD) {
            throw new RefusedException(PurseCode.CERTIFICATE_WRONG, "card shows a certificate that is no card's");
        }
        if (!signedBy(crypto, issuerPublicKey, signed.signature(), signed.body())) {
            throw new RefusedException(PurseCode.CERTIFICATE_WRONG, "card's certificate is not by the issuer");
        }
        if (certificate.notAfterDay() < today) {
            throw new RefusedException(PurseCode.CERTIFICATE_WRONG, "card's certificate has expired");
        }
    }

    byte[] routingTag(CryptoService crypto) {
        byte[] label = "PORTO-ROUTE".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return Arrays.copyOf(crypto.sha256(label, certificate.point()), 8);
    }
}
