// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.crypto.api.CertificateInfo;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.CertificateService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SigningKey;
import org.porto.issuer.api.IssuerCode;
import org.porto.keys.api.KeyService;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.Signed;
import org.porto.purse.api.PeerCredentials;

/**
 * The certification authority. Root and data-centre certificate are made once and kept in the key store. The root, and with it all X.509, stays
 * on version 1 of its key: devices pin it. Later versions sign what cards and their peers show to each other, see {@link KeyRoll}.
 */
final class Authority {

    static final int ROOT_VERSION = 1;
    static final String ISSUER_KEY = "issuer";
    static final String DEVICE_KEY = "datacentre";
    private static final int DEVICE_DAYS = 3652;
    private static final int ROOT_DAYS = 2 * DEVICE_DAYS;
    /** Clocks of devices may be behind. */
    private static final int BACKDATED_SECONDS = 3600;

    private final KeyService keys;
    private final CertificateService certificates;
    private final InstantSource time;
    private final DeviceId self;
    private final byte[] root;
    private final byte[] datacentre;

    Authority(KeyService keys, CertificateService certificates, InstantSource time, String name, DeviceId self)
            throws RefusedException {
        this.keys = keys;
        this.certificates = certificates;
        this.time = time;
        this.self = self;
        keys.signingKey(ISSUER_KEY);
        this.root = root(name);
        this.datacentre = datacentre();
    }

    byte[] root() {
        return root.clone();
    }

    byte[] datacentreCertificate() {
        return datacentre.clone();
    }

    SigningKey issuerKey(int version) throws RefusedException {
        return keys.signingKey(ISSUER_KEY, version);
    }

    private SigningKey rootKey() throws RefusedException {
        return issuerKey(ROOT_VERSION);
    }

    byte[] certify(byte[] publicKey, String subject, CertificateRole role) throws RefusedException {
        Instant now = time.instant();
        return certificates.issue(
                rootKey(), root, publicKey, subject, role, now.minusSeconds(BACKDATED_SECONDS), after(now, DEVICE_DAYS));
    }

    CertificateInfo validate(byte[] certificate) throws RefusedException {
        return certificates.validate(certificate, root, time.instant());
    }

    /** Signed and encoded. @param version of the issuer's key that signs @param role of {@link CardCertificate} */
    byte[] cardCertificate(int version, int role, byte[] subject, byte[] point) throws RefusedException {
        CardCertificate certificate = new CardCertificate(role, subject, point, lastDay(DEVICE_DAYS), version);
        byte[] body = certificate.encoded();
        return new Signed(body, EcEncodings.derSignature(issuerKey(version).sign(body))).encoded();
    }

    LocalDate today() {
        return LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);
    }

    int lastDay(int daysFromNow) {
        return CardDays.of(today().plusDays(daysFromNow));
    }

    /** The data centre as a peer of a card, to recognise one whose personalisation is in doubt. */
    PeerCredentials selfForCards() throws RefusedException {
        SigningKey own = keys.signingKey(DEVICE_KEY);
        List<byte[]> shown = new ArrayList<>();
        Map<Integer, byte[]> issuer = new HashMap<>();
        for (int version = keys.current(ISSUER_KEY).orElseThrow().version(); version >= ROOT_VERSION; version--) {
            shown.add(cardCertificate(version, CardCertificate.ROLE_METER, self.bytes(), EcEncodings.point(own.publicKey())));
            issuer.put(version, issuerKey(version).publicKey());
        }
        return new PeerCredentials(shown, own, issuer);
    }

    /** Puts both certificates where devices are set up from; each file is the whole old or the whole new one. */
    void export(Path folder) throws RefusedException {
        try {
            Files.createDirectories(folder);
            replace(folder, "issuer.der", root);
            replace(folder, "datacentre.der", datacentre);
        } catch (IOException e) {
            throw new RefusedException(IssuerCode.STORE_UNREADABLE, "certificates cannot be put into " + folder, e);
        }
    }

    private byte[] root(String name) throws RefusedException {
        Optional<byte[]> kept = keys.trusted(ISSUER_KEY);
        if (kept.isPresent()) {
            CertificateInfo info = certificates.read(kept.get());
            if (!Arrays.equals(info.publicKey(), rootKey().publicKey())) {
                throw new RefusedException(IssuerCode.STORE_UNREADABLE, "key store trusts another issuer than its own key");
            }
            return kept.get();
        }
        Instant now = time.instant();
        byte[] made = certificates.selfSigned(
                rootKey(), name, CertificateRole.ISSUER, now.minusSeconds(BACKDATED_SECONDS), after(now, ROOT_DAYS));
        keys.storeCertificate(ISSUER_KEY, made);
        keys.storeTrusted(ISSUER_KEY, made);
        return made;
    }

    private byte[] datacentre() throws RefusedException {
        byte[] key = keys.signingKey(DEVICE_KEY).publicKey();
        Optional<byte[]> kept = keys.certificate(DEVICE_KEY);
        if (kept.isPresent()) {
            CertificateInfo info = certificates.read(kept.get());
            if (Arrays.equals(info.publicKey(), key)
                    && info.subject().equals(self.value())
                    && info.role() == CertificateRole.DATACENTRE) {
                return kept.get();
            }
        }
        byte[] made = certify(key, self.value(), CertificateRole.DATACENTRE);
        keys.storeCertificate(DEVICE_KEY, made);
        return made;
    }

    private static Instant after(Instant now, int days) {
        return now.plusSeconds(days * 86_400L);
    }

    private static void replace(Path folder, String name, byte[] contents) throws IOException {
        Path target = folder.resolve(name);
        if (Files.isRegularFile(target) && Arrays.equals(Files.readAllBytes(target), contents)) {
            return;
        }
        Path aside = folder.resolve(name + ".new");
        try (FileChannel out = FileChannel.open(
                aside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(contents);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
        }
        Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
