// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardKeySet;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.Signed;
import org.porto.tms.api.TmsCode;

/**
 * The keys that the identities of this appliance work with at cards, one entry {@code <keyName>-keys} of the key store each: the set and the
 * card certificates to match are one write. A set counts when a chain of signatures leads from the pinned key of the issuer to each key in it,
 * when the newest of them signed it, and when it continues the set that is held: no key is ever exchanged, and none forgotten.
 */
final class CardKeyRing {

    private static final int FIELD_BYTES_MAX = 1 << 16;
    private static final int CERTIFICATES_MAX = 255;
    private static final int SHOWN_OF_EACH_MAX = 2;

    private record Held(CardKeySet set, List<byte[]> certificates) {}

    private final KeyService keys;
    private final CryptoService crypto;

    CardKeyRing(KeyService keys, CryptoService crypto) {
        this.keys = keys;
        this.crypto = crypto;
    }

    long number(String keyName) throws RefusedException {
        return held(keyName).map(held -> held.set().number()).orElse(0L);
    }

    Optional<List<byte[]>> certificates(String keyName) throws RefusedException {
        return held(keyName).map(Held::certificates);
    }

    Optional<Map<Integer, byte[]>> issuerKeys(String keyName) throws RefusedException {
        Optional<Held> held = held(keyName);
        if (held.isEmpty()) {
            return Optional.empty();
        }
        Map<Integer, byte[]> byVersion = new HashMap<>();
        for (CardKeySet.IssuerKey key : held.get().set().issuerKeys()) {
            byVersion.put(key.version(), EcEncodings.publicKey(key.point()));
        }
        return Optional.of(byVersion);
    }

    /** A card holds two of each: what it is behind by can only be one of the newest. */
    List<byte[]> toShow(String keyName) throws RefusedException {
        List<byte[]> newestFirst = new ArrayList<>();
        Optional<Held> held = held(keyName);
        if (held.isPresent()) {
            List<CardKeySet.OrderKey> orders = held.get().set().orderKeys();
            List<CardKeySet.IssuerKey> issuer = held.get().set().issuerKeys();
            for (int age = 1; age <= SHOWN_OF_EACH_MAX; age++) {
                if (orders.size() >= age) {
                    newestFirst.add(EcEncodings.publicKey(orders.get(orders.size() - age).point()));
                }
                if (issuer.size() >= age) {
                    newestFirst.add(EcEncodings.publicKey(issuer.get(issuer.size() - age).point()));
                }
            }
        }
        return newestFirst;
    }

    /**
     * @param pinned public key of the issuer that was pinned, its first
     * @param enrolled card certificate of the enrolment: says who this identity is
     */
    void take(String keyName, byte[] pinned, byte[] enrolled, byte[] signedSet, List<byte[]> certificates) throws RefusedException {
        try {
            Signed signed = CardKeySet.split(signedSet);
            CardKeySet set = CardKeySet.parse(signed.body());
            Map<Integer, byte[]> chain = chain(set, pinned);
            verify(chain.get(set.issuerKeys().size()), signed.signature(), signed.body(), "set of keys");
            Optional<Held> before = held(keyName);
            if (before.isPresent() && !set.continues(before.get().set())) {
                throw new RefusedException(TmsCode.ANSWER_WRONG, "set of keys does not continue the one held");
            }
            CardCertificate self = CardCertificate.parse(Signed.split(enrolled, CardCertificate.BYTES).body());
            if (certificates.isEmpty() || certificates.size() > CERTIFICATES_MAX) {
                throw new RefusedException(TmsCode.ANSWER_WRONG, certificates.size() + " card certificates");
            }
            for (byte[] certificate : certificates) {
                check(certificate, self, chain);
            }
            keys.storeTrusted(keyName + "-keys", encoded(signed.body(), certificates));
        } catch (CardRecordException e) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, e.getMessage(), e);
        }
    }

    private Map<Integer, byte[]> chain(CardKeySet set, byte[] pinned) throws RefusedException {
        Map<Integer, byte[]> byVersion = new HashMap<>();
        for (CardKeySet.IssuerKey key : set.issuerKeys()) {
            byte[] publicKey = EcEncodings.publicKey(key.point());
            if (key.version() == 1) {
                if (!Arrays.equals(publicKey, pinned)) {
                    throw new RefusedException(TmsCode.ANSWER_WRONG, "set of keys does not begin with the issuer that was pinned");
                }
            } else {
                verify(
                        byVersion.get(key.version() - 1),
                        key.link(),
                        CardKeySet.linkMessage(key.version(), key.point()),
                        "link to the issuer's key " + key.version());
            }
            byVersion.put(key.version(), publicKey);
        }
        return byVersion;
    }

    private void check(byte[] encoded, CardCertificate self, Map<Integer, byte[]> issuer)
            throws RefusedException, CardRecordException {
        Signed signed = Signed.split(encoded, CardCertificate.BYTES);
        CardCertificate certificate = CardCertificate.parse(signed.body());
        byte[] by = issuer.get(certificate.issuerKeyVersion());
        if (by == null
                || certificate.role() != self.role()
                || !Arrays.equals(certificate.subject(), self.subject())
                || !Arrays.equals(certificate.point(), self.point())) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "card certificate is for another device, role, key or issuer");
        }
        verify(by, signed.signature(), signed.body(), "card certificate");
    }

    private void verify(byte[] publicKey, byte[] der, byte[] body, String what) throws RefusedException {
        if (!crypto.verify(publicKey, EcEncodings.rawSignature(der), body)) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, what + " is not signed by the issuer");
        }
    }

    private static byte[] encoded(byte[] set, List<byte[]> certificates) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(set.length);
            out.write(set);
            out.writeInt(certificates.size());
            for (byte[] certificate : certificates) {
                out.writeInt(certificate.length);
                out.write(certificate);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private Optional<Held> held(String keyName) throws RefusedException {
        Optional<byte[]> stored = keys.trusted(keyName + "-keys");
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored.get()))) {
            CardKeySet set = CardKeySet.parse(field(in));
            List<byte[]> certificates = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                certificates.add(field(in));
            }
            return Optional.of(new Held(set, List.copyOf(certificates)));
        } catch (IOException | CardRecordException e) {
            throw new RefusedException(TmsCode.STORE_WRONG, "keys of " + keyName, e);
        }
    }

    private static byte[] field(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > FIELD_BYTES_MAX) {
            throw new IOException("field of " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new IOException("field ends early");
        }
        return bytes;
    }
}
