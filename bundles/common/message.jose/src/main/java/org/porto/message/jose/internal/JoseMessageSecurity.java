// SPDX-License-Identifier: Apache-2.0
package org.porto.message.jose.internal;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWECryptoParts;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.porto.crypto.api.CertificateService;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SigningKey;
import org.porto.message.api.MessageCode;
import org.porto.message.api.MessageSecurity;
import org.porto.message.api.OpenedMessage;
import org.porto.model.api.RefusedException;

/**
 * JWS (RFC 7515, ES256) inside JWE (RFC 7516, ECDH-ES with A256GCM), both compact. The headers hold exactly these parameters,
 * anything else is refused:
 *
 * <pre>
 * JWE: alg ECDH-ES, enc A256GCM, cty JOSE, epk, kid = base64url of SHA-256 over the recipient's SubjectPublicKeyInfo
 * JWS: alg ES256, typ = type of the message, x5c = the sender's certificate, aud = the kid of the JWE
 * </pre>
 *
 * <p>{@code aud} is under the signature: a recipient cannot pass a message on to a third party as if it had been meant for it.
 */
@Component(name = "org.porto.message.jose", service = MessageSecurity.class)
public final class JoseMessageSecurity implements MessageSecurity {

    private static final Set<String> JWE_PARAMETERS = Set.of("alg", "enc", "cty", "epk", "kid");
    private static final Set<String> JWS_PARAMETERS = Set.of("alg", "typ", "x5c", "aud");
    private static final Set<String> EPK_PARAMETERS = Set.of("kty", "crv", "x", "y");
    private static final int JWE_HEADER_CHARS_MAX = 2_048;
    private static final int JWS_HEADER_CHARS_MAX = 32_768;
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}");

    private final CryptoService crypto;
    private final CertificateService certificates;

    @Activate
    public JoseMessageSecurity(@Reference CryptoService crypto, @Reference CertificateService certificates) {
        this.crypto = crypto;
        this.certificates = certificates;
    }

    @Override
    public byte[] seal(
            SigningKey sender, byte[] senderCertificate, byte[] recipientCertificate, String type, byte[] payload)
            throws RefusedException {
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("type is 1 to 64 of A-Z a-z 0-9 . _ + -");
        }
        // Base64 twice: 16 characters for 9 bytes. Checked before any work.
        if (payload.length > MESSAGE_BYTES_MAX / 16L * 9) {
            throw new RefusedException(MessageCode.TOO_LARGE, "payload of " + payload.length + " bytes");
        }
        if (!Arrays.equals(certificates.read(senderCertificate).publicKey(), sender.publicKey())) {
            throw new RefusedException(MessageCode.SIGNATURE_WRONG, "sender's certificate is of another key");
        }
        byte[] recipientKey = certificates.read(recipientCertificate).publicKey();
        String kid = kid(recipientKey);
        try (ExportableSigningKey ephemeral = crypto.generateSigningKey()) {
            byte[] signed = signed(sender, senderCertificate, kid, type, payload);
            JWEHeader header = new JWEHeader.Builder(JWEAlgorithm.ECDH_ES, EncryptionMethod.A256GCM)
                    .contentType("JOSE")
                    .keyID(kid)
                    .ephemeralPublicKey(jwk(ephemeral.publicKey()))
                    .build();
            JWECryptoParts parts = new HandleEcdh().encrypt(header, ephemeral, recipientKey, signed);
            byte[] message = String.join(
                            ".",
                            header.toBase64URL().toString(),
                            "",
                            parts.getInitializationVector().toString(),
                            parts.getCipherText().toString(),
                            parts.getAuthenticationTag().toString())
                    .getBytes(StandardCharsets.US_ASCII);
            if (message.length > MESSAGE_BYTES_MAX) {
                throw new RefusedException(MessageCode.TOO_LARGE, message.length + " bytes");
            }
            return message;
        } catch (JOSEException e) {
            throw new RefusedException(MessageCode.MALFORMED, "cannot be sealed", e);
        }
    }

    private static byte[] signed(SigningKey sender, byte[] certificate, String kid, String type, byte[] payload)
            throws JOSEException {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType(type))
                .x509CertChain(List.of(Base64.encode(certificate)))
                .customParam("aud", kid)
                .build();
        JWSObject jws = new JWSObject(header, new Payload(payload));
        jws.sign(new HandleSigner(sender));
        return jws.serialize().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public OpenedMessage open(SigningKey recipient, byte[] message) throws RefusedException {
        if (message.length > MESSAGE_BYTES_MAX) {
            throw new RefusedException(MessageCode.TOO_LARGE, message.length + " bytes");
        }
        Parts parts = Parts.of(message, 5, JWE_HEADER_CHARS_MAX);
        String kid = kid(recipient.publicKey());
        return verified(decrypted(recipient, kid, parts), kid);
    }

    private byte[] decrypted(SigningKey recipient, String kid, Parts parts) throws RefusedException {
        try {
            JWEHeader header = JWEHeader.parse(json(parts, JWE_PARAMETERS), new Base64URL(parts.text(0)));
            require(JWEAlgorithm.ECDH_ES.equals(header.getAlgorithm()), "alg");
            require(EncryptionMethod.A256GCM.equals(header.getEncryptionMethod()), "enc");
            require("JOSE".equals(header.getContentType()), "cty");
            require(parts.text(1).isEmpty(), "encrypted key with direct agreement");
            require(parts.bytes(2).length == 12 && parts.bytes(4).length == 16, "initialisation vector or tag");
            if (!kid.equals(header.getKeyID())) {
                throw new RefusedException(MessageCode.NOT_FOR_US, "key id " + header.getKeyID());
            }
            byte[] ephemeral = spki(header.getEphemeralPublicKey());
            return new HandleEcdh()
                    .decrypt(
                            header,
                            recipient,
                            ephemeral,
                            new Base64URL(parts.text(2)),
                            new Base64URL(parts.text(3)),
                            new Base64URL(parts.text(4)));
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            throw new RefusedException(MessageCode.MALFORMED, "cannot be decrypted", e);
        }
    }

    private OpenedMessage verified(byte[] jws, String kid) throws RefusedException {
        Parts parts = Parts.of(jws, 3, JWS_HEADER_CHARS_MAX);
        try {
            JWSHeader header = JWSHeader.parse(json(parts, JWS_PARAMETERS), new Base64URL(parts.text(0)));
            require(JWSAlgorithm.ES256.equals(header.getAlgorithm()), "alg");
            String type = header.getType().getType();
            require(TYPE.matcher(type).matches(), "typ");
            require(header.getX509CertChain().size() == 1, "x5c");
            byte[] certificate = java.util.Base64.getDecoder().decode(header.getX509CertChain().get(0).toString());
            byte[] key = certificates.read(certificate).publicKey();
            byte[] signingInput =
                    (parts.text(0) + "." + parts.text(1)).getBytes(StandardCharsets.US_ASCII);
            if (!crypto.verify(key, parts.bytes(2), signingInput)) {
                throw new RefusedException(MessageCode.SIGNATURE_WRONG);
            }
            if (!kid.equals(header.getCustomParam("aud"))) {
                throw new RefusedException(MessageCode.NOT_FOR_US, "signed for another recipient");
            }
            return new OpenedMessage(type, parts.bytes(1), certificate);
        } catch (ParseException | IllegalArgumentException e) {
            throw new RefusedException(MessageCode.MALFORMED, "signed part cannot be read", e);
        } catch (RefusedException e) {
            // The certificate's own refusal (CRY-001) is a fault of the message here.
            throw e.code().startsWith("MSG-")
                    ? e
                    : new RefusedException(MessageCode.MALFORMED, "sender's certificate: " + e.getMessage(), e);
        }
    }

    /** The header with exactly these parameters, none of them null: the library fails on what is not there. */
    private static Map<String, Object> json(Parts parts, Set<String> parameters) throws ParseException, RefusedException {
        Map<String, Object> json = JSONObjectUtils.parse(new String(parts.bytes(0), StandardCharsets.UTF_8));
        require(json.keySet().equals(parameters), "header parameters " + json.keySet());
        require(!json.containsValue(null), "header parameter null");
        return json;
    }

    private static void require(boolean good, String what) throws RefusedException {
        if (!good) {
            throw new RefusedException(MessageCode.MALFORMED, "not allowed: " + what);
        }
    }

    private String kid(byte[] publicKey) {
        return Base64URL.encode(crypto.sha256(publicKey)).toString();
    }

    private static ECKey jwk(byte[] publicKey) throws RefusedException {
        byte[] point = EcEncodings.point(publicKey);
        return new ECKey.Builder(
                        Curve.P_256,
                        Base64URL.encode(Arrays.copyOfRange(point, 1, 33)),
                        Base64URL.encode(Arrays.copyOfRange(point, 33, 65)))
                .build();
    }

    private static byte[] spki(JWK ephemeral) throws RefusedException {
        require(
                ephemeral instanceof ECKey key
                        && Curve.P_256.equals(key.getCurve())
                        && key.toJSONObject().keySet().equals(EPK_PARAMETERS),
                "epk");
        byte[] point = new byte[65];
        point[0] = 4;
        byte[] x = ((ECKey) ephemeral).getX().decode();
        byte[] y = ((ECKey) ephemeral).getY().decode();
        require(x.length == 32 && y.length == 32, "epk");
        System.arraycopy(x, 0, point, 1, 32);
        System.arraycopy(y, 0, point, 33, 32);
        return EcEncodings.publicKey(point);
    }
}
