// SPDX-License-Identifier: Apache-2.0
package org.porto.message.jose.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.nimbusds.jose.CompressionAlgorithm;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.bc.internal.BcCertificateService;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.message.api.MessageSecurity;
import org.porto.message.api.OpenedMessage;
import org.porto.model.api.RefusedException;

public class JoseMessageSecurityTest {

    private static final String TYPE = "porto.tms.request.1";
    private static final byte[] PAYLOAD = "{\"amountMils\":12345}".getBytes(StandardCharsets.US_ASCII);

    private final BcCryptoService crypto = new BcCryptoService();
    private final BcCertificateService certificates = new BcCertificateService();
    private final JoseMessageSecurity security = new JoseMessageSecurity(crypto, certificates);
    private final SigningKey meter = crypto.generateSigningKey();
    private final ExportableSigningKey host = crypto.generateSigningKey();
    private final byte[] meterCertificate = certificate(meter, "METER001", CertificateRole.METER);
    private final byte[] hostCertificate = certificate(host, "HOST0001", CertificateRole.DATACENTRE);

    private byte[] certificate(SigningKey key, String name, CertificateRole role) {
        Instant from = Instant.parse("2026-01-01T00:00:00Z");
        return certificates.selfSigned(key, name, role, from, from.plusSeconds(86_400L * 365));
    }

    private byte[] message() throws RefusedException {
        return security.seal(meter, meterCertificate, hostCertificate, TYPE, PAYLOAD);
    }

    private void assertRefused(String code, byte[] message) {
        assertRefused(code, () -> security.open(host, message));
    }

    private static void assertRefused(String code, ThrowingRunnable act) {
        RefusedException refused = assertThrows(RefusedException.class, act);
        assertEquals(refused.getMessage(), code, refused.code());
    }

    @Test
    public void roundTrip() throws Exception {
        for (int size : new int[] {0, 1, 2, 3, 1000, 1 << 20}) {
            byte[] payload = new byte[size];
            Arrays.fill(payload, (byte) size);
            OpenedMessage opened =
                    security.open(host, security.seal(meter, meterCertificate, hostCertificate, TYPE, payload));
            assertEquals(TYPE, opened.type());
            assertArrayEquals(payload, opened.payload());
            assertArrayEquals(meterCertificate, opened.senderCertificate());
        }
        assertTrue("two messages are the same", !Arrays.equals(message(), message()));
    }

    /** The library's own decrypter and verifier, on the JDK's keys, read it as well. */
    @Test
    public void itIsPlainJose() throws Exception {
        KeyFactory factory = KeyFactory.getInstance("EC");
        byte[] pkcs8 = host.export(SecretAccess.insecureSecretAccess()).expose(SecretAccess.insecureSecretAccess());
        PrivateKey key = factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        JWEObject jwe = JWEObject.parse(new String(message(), StandardCharsets.US_ASCII));
        jwe.decrypt(new ECDHDecrypter(key, Set.of(), Curve.P_256));
        JWSObject jws = jwe.getPayload().toJWSObject();
        assertTrue(jws.verify(new ECDSAVerifier(
                (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(meter.publicKey())))));
        assertArrayEquals(PAYLOAD, jws.getPayload().toBytes());
    }

    /** Each bit of the header, then one bit of each character, is seen. */
    @Test
    public void everyFlippedBitOfTheOuterPart() throws Exception {
        byte[] message = message();
        int header = new String(message, StandardCharsets.US_ASCII).indexOf('.');
        for (int bit = 0; bit < message.length * 8; bit += bit >> 3 <= header ? 1 : 9) {
            byte[] altered = message.clone();
            altered[bit >> 3] ^= (byte) (1 << (bit & 7));
            RefusedException refused = assertThrows("" + bit, RefusedException.class, () -> security.open(host, altered));
            assertTrue(refused.code(), Set.of("MSG-001", "MSG-002").contains(refused.code()));
        }
    }

    /** The same for the signed part, sealed again by somebody who has the recipient's public key. */
    @Test
    public void everyFlippedBitOfTheSignedPart() throws Exception {
        byte[] jws = jws(new HandleSigner(meter), JWSAlgorithm.ES256, kid(host), meterCertificate);
        assertArrayEquals(PAYLOAD, security.open(host, jwe(jws)).payload());
        for (int at = 0; at < jws.length; at++) {
            byte[] altered = jws.clone();
            // Another bit at each character; the last ones of a part, where spare bits are, are told apart by the strict reader.
            altered[at] ^= (byte) (1 << at % 8);
            byte[] sealed = jwe(altered);
            RefusedException refused = assertThrows("" + at, RefusedException.class, () -> security.open(host, sealed));
            assertTrue(refused.code(), Set.of("MSG-001", "MSG-003").contains(refused.code()));
        }
    }

    @Test
    public void cutAndLengthened() throws Exception {
        byte[] message = message();
        for (int length = 0; length < message.length; length++) {
            byte[] cut = Arrays.copyOf(message, length);
            assertThrows(RefusedException.class, () -> security.open(host, cut));
        }
        for (String tail : new String[] {"=", "A", ".", ".A", " ", "\n"}) {
            assertRefused("MSG-001", (new String(message, StandardCharsets.US_ASCII) + tail).getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    public void wrongRecipient() throws Exception {
        byte[] message = message();
        assertRefused("MSG-002", () -> security.open(meter, message));
    }

    /** The host passes a meter's message on to another device as if it had been sent there. */
    @Test
    public void passedOnMessage() throws Exception {
        SigningKey other = crypto.generateSigningKey();
        byte[] jws = jws(new HandleSigner(meter), JWSAlgorithm.ES256, kid(host), meterCertificate);
        byte[] forwarded = jwe(jws, header(other).build(), other);
        assertRefused("MSG-002", () -> security.open(other, forwarded));
    }

    @Test
    public void swappedSenderCertificate() throws Exception {
        SigningKey mallory = crypto.generateSigningKey();
        byte[] malloryCertificate = certificate(mallory, "METER001", CertificateRole.METER);
        assertRefused("MSG-003", jwe(jws(new HandleSigner(mallory), JWSAlgorithm.ES256, kid(host), meterCertificate)));
        assertRefused("MSG-003", jwe(jws(new HandleSigner(meter), JWSAlgorithm.ES256, kid(host), malloryCertificate)));
        assertRefused("MSG-003", () -> security.seal(mallory, meterCertificate, hostCertificate, TYPE, PAYLOAD));
    }

    /** No signature, or a MAC keyed with public bytes, instead of a signature. */
    @Test
    public void algorithmConfusion() throws Exception {
        String none = Base64URL.encode("{\"alg\":\"none\",\"typ\":\"x\"}") + "." + Base64URL.encode(PAYLOAD) + ".";
        assertRefused("MSG-001", jwe(none.getBytes(StandardCharsets.US_ASCII)));
        String full = Base64URL.encode("{\"alg\":\"none\",\"typ\":\"x\",\"aud\":\"" + kid(host) + "\",\"x5c\":[\""
                + Base64.encode(meterCertificate) + "\"]}") + "." + Base64URL.encode(PAYLOAD) + ".";
        assertRefused("MSG-001", jwe(full.getBytes(StandardCharsets.US_ASCII)));
        assertRefused(
                "MSG-001",
                jwe(jws(new MACSigner(meter.publicKey()), JWSAlgorithm.HS256, kid(host), meterCertificate)));
        assertRefused("MSG-001", jwe(PAYLOAD));
    }

    @Test
    public void onlyTheAllowedHeaders() throws Exception {
        byte[] jws = jws(new HandleSigner(meter), JWSAlgorithm.ES256, kid(host), meterCertificate);
        assertRefused("MSG-001", jwe(jws, header(host).compressionAlgorithm(CompressionAlgorithm.DEF).build(), host));
        assertRefused("MSG-001", jwe(jws, header(host).customParam("x", "y").build(), host));
        assertRefused("MSG-001", jwe(jws, header(host).contentType("JWT").build(), host));
        assertRefused("MSG-001", jwe(jws, header(host).agreementPartyUInfo(Base64URL.encode("me")).build(), host));
        ECDHEncrypter library = new ECDHEncrypter((ECPublicKey)
                KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(host.publicKey())));
        for (JWEAlgorithm algorithm : List.of(JWEAlgorithm.ECDH_ES_A256KW, JWEAlgorithm.ECDH_ES_A128KW)) {
            JWEObject other = new JWEObject(
                    new JWEHeader.Builder(algorithm, EncryptionMethod.A256GCM).contentType("JOSE").keyID(kid(host)).build(),
                    new Payload(jws));
            other.encrypt(library);
            assertRefused("MSG-001", other.serialize().getBytes(StandardCharsets.US_ASCII));
        }
        JWEObject weaker = new JWEObject(
                new JWEHeader.Builder(JWEAlgorithm.ECDH_ES, EncryptionMethod.A128GCM).contentType("JOSE").keyID(kid(host)).build(),
                new Payload(jws));
        weaker.encrypt(library);
        assertRefused("MSG-001", weaker.serialize().getBytes(StandardCharsets.US_ASCII));
        JWEObject same = new JWEObject(
                new JWEHeader.Builder(JWEAlgorithm.ECDH_ES, EncryptionMethod.A256GCM).contentType("JOSE").keyID(kid(host)).build(),
                new Payload(jws));
        same.encrypt(library);
        assertArrayEquals(
                "the control must pass", PAYLOAD, security.open(host, same.serialize().getBytes(StandardCharsets.US_ASCII)).payload());
    }

    /** Each header parameter left out, null, or of another type: refused, never another failure. */
    @Test
    public void headersWithHoles() throws Exception {
        Map<String, Object> outer = header(host)
                .ephemeralPublicKey(com.nimbusds.jose.jwk.ECKey.parse(Map.of(
                        "kty", "EC",
                        "crv", "P-256",
                        "x", Base64URL.encode(Arrays.copyOfRange(host.publicKey(), 27, 59)).toString(),
                        "y", Base64URL.encode(Arrays.copyOfRange(host.publicKey(), 59, 91)).toString())))
                .build()
                .toJSONObject();
        String rest = ".." + Base64URL.encode(new byte[12]) + "." + Base64URL.encode(new byte[20]) + "."
                + Base64URL.encode(new byte[16]);
        byte[] good = jws(new HandleSigner(meter), JWSAlgorithm.ES256, kid(host), meterCertificate);
        Map<String, Object> inner =
                JWSObject.parse(new String(good, StandardCharsets.US_ASCII)).getHeader().toJSONObject();
        for (Object bad : new Object[] {"", null, 1, true, List.of(), List.of("x"), List.of(1), Map.of(), "?"}) {
            for (String key : outer.keySet()) {
                RefusedException refused = assertThrows(
                        key + bad, RefusedException.class, () -> security.open(host, ascii(changed(outer, key, bad) + rest)));
                assertTrue(refused.code(), Set.of("MSG-001", "MSG-002").contains(refused.code()));
            }
            for (String key : inner.keySet()) {
                byte[] sealed = jwe(ascii(changed(inner, key, bad) + "." + Base64URL.encode(PAYLOAD) + "."
                        + Base64URL.encode(new byte[64])));
                RefusedException refused = assertThrows(key + bad, RefusedException.class, () -> security.open(host, sealed));
                assertTrue(refused.code(), Set.of("MSG-001", "MSG-003").contains(refused.code()));
            }
        }
    }

    /** @param value "?" to leave it out */
    private static Base64URL changed(Map<String, Object> header, String key, Object value) {
        Map<String, Object> changed = new HashMap<>(header);
        if ("?".equals(value)) {
            changed.remove(key);
        } else {
            changed.put(key, value);
        }
        return Base64URL.encode(JSONObjectUtils.toJSONString(changed));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Spare bits of each last character, in all parts of both layers. */
    @Test
    public void onlyOneWritingOfEachPart() throws Exception {
        assertRefused("MSG-001", () -> Parts.of(ascii("AB"), 1, 10));
        assertRefused("MSG-001", () -> Parts.of(ascii("AAB"), 1, 10));
        assertRefused("MSG-001", () -> Parts.of(ascii("A"), 1, 10));
        assertRefused("MSG-001", () -> Parts.of(ascii("AA=="), 1, 10));
        assertRefused("MSG-001", () -> Parts.of(ascii("A+AA"), 1, 10));
        assertRefused("MSG-001", () -> Parts.of(new byte[] {'A', (byte) 0xC1, 'A', 'A'}, 1, 10));
        assertArrayEquals(new byte[] {0}, Parts.of(ascii("AA"), 1, 10).bytes(0));
        assertArrayEquals(new byte[] {0, 0}, Parts.of(ascii("AAA"), 1, 10).bytes(0));
        for (int length = 0; length < 16; length++) {
            byte[] bytes = crypto.random(length);
            String text = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            assertArrayEquals(bytes, Parts.of(ascii(text), 1, 100).bytes(0));
            for (int at = 0; at < text.length(); at++) {
                for (int c = 0; c < 256; c++) {
                    byte[] other = ascii(text);
                    other[at] = (byte) c;
                    boolean same = Arrays.equals(other, ascii(text));
                    try {
                        assertEquals(same, Arrays.equals(bytes, Parts.of(other, c == '.' ? 2 : 1, 100).bytes(0)));
                    } catch (RefusedException e) {
                        assertTrue(!same);
                    }
                }
            }
        }
    }

    @Test
    public void pointsOffTheCurve() throws Exception {
        String header = Base64URL.encode("{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"cty\":\"JOSE\",\"kid\":\"" + kid(host)
                        + "\",\"epk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + Base64URL.encode(new byte[32])
                        + "\",\"y\":\"" + Base64URL.encode(new byte[32]) + "\"}}")
                .toString();
        String rest = ".." + Base64URL.encode(new byte[12]) + "." + Base64URL.encode(new byte[20]) + "."
                + Base64URL.encode(new byte[16]);
        assertRefused("MSG-001", (header + rest).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    public void sizesAreBounded() {
        assertRefused("MSG-004", new byte[MessageSecurity.MESSAGE_BYTES_MAX + 1]);
        byte[] longHeader = ("A".repeat(4096) + "....").getBytes(StandardCharsets.US_ASCII);
        assertRefused("MSG-004", longHeader);
        assertRefused(
                "MSG-004",
                () -> security.seal(meter, meterCertificate, hostCertificate, TYPE, new byte[10 << 20]));
        assertThrows(
                IllegalArgumentException.class,
                () -> security.seal(meter, meterCertificate, hostCertificate, "a b", PAYLOAD));
        assertRefused("CRY-001", () -> security.seal(meter, meterCertificate, new byte[5], TYPE, PAYLOAD));
    }

    private String kid(SigningKey key) {
        return Base64URL.encode(crypto.sha256(key.publicKey())).toString();
    }

    private static byte[] jws(JWSSigner signer, JWSAlgorithm algorithm, String audience, byte[] certificate)
            throws Exception {
        JWSObject jws = new JWSObject(
                new JWSHeader.Builder(algorithm)
                        .type(new JOSEObjectType(TYPE))
                        .x509CertChain(List.of(Base64.encode(certificate)))
                        .customParam("aud", audience)
                        .build(),
                new Payload(PAYLOAD));
        jws.sign(signer);
        return jws.serialize().getBytes(StandardCharsets.US_ASCII);
    }

    private JWEHeader.Builder header(SigningKey recipient) {
        return new JWEHeader.Builder(JWEAlgorithm.ECDH_ES, EncryptionMethod.A256GCM)
                .contentType("JOSE")
                .keyID(kid(recipient));
    }

    private byte[] jwe(byte[] inner) throws Exception {
        return jwe(inner, header(host).build(), host);
    }

    /** Seals anything under any header, as an attacker can who knows the recipient's public key. */
    private byte[] jwe(byte[] inner, JWEHeader header, SigningKey recipient) throws Exception {
        SigningKey ephemeral = crypto.generateSigningKey();
        byte[] spki = ephemeral.publicKey();
        JWEHeader full = new JWEHeader.Builder(header)
                .ephemeralPublicKey(new com.nimbusds.jose.jwk.ECKey.Builder(
                                Curve.P_256,
                                Base64URL.encode(Arrays.copyOfRange(spki, 27, 59)),
                                Base64URL.encode(Arrays.copyOfRange(spki, 59, 91)))
                        .build())
                .build();
        var parts = new HandleEcdh().encrypt(full, ephemeral, recipient.publicKey(), inner);
        return String.join(
                        ".",
                        full.toBase64URL().toString(),
                        "",
                        parts.getInitializationVector().toString(),
                        parts.getCipherText().toString(),
                        parts.getAuthenticationTag().toString())
                .getBytes(StandardCharsets.US_ASCII);
    }
}
