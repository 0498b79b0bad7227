// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.crypto.api.CertificateInfo;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.CertificateService;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SigningKey;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyService;
import org.porto.message.api.MessageSecurity;
import org.porto.message.api.OpenedMessage;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.Ticker;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.Signed;
import org.porto.protocol.tms.EnrolAnswer;
import org.porto.protocol.tms.EnrolRequest;
import org.porto.protocol.tms.KeysAnswer;
import org.porto.protocol.tms.KeysRequest;
import org.porto.protocol.tms.RefusalAnswer;
import org.porto.protocol.tms.TmsCodec;
import org.porto.protocol.tms.TmsMessage;
import org.porto.tms.api.TmsChannel;
import org.porto.tms.api.TmsCode;

/** Sealed messages over HTTP (rule S1): whatever comes back counts only under the pinned certificate of the data centre. */
@Component(name = "org.porto.tms.channel", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ChannelConfig.class)
public final class HttpTmsChannel implements TmsChannel {

    static final String ISSUER = "issuer";
    static final String LIST_KEY = "list-key";
    private static final int LIST_BYTES_MAX = 512 << 20;
    private static final int TRUST_BYTES_MAX = 16 << 10;
    private static final int FIRST = 1;
    private static final Duration SELF_SIGNED_VALIDITY = Duration.ofDays(1);

    private final HostLink link;
    private final Path trust;
    private final MessageSecurity messages;
    private final KeyService keys;
    private final CertificateService certificates;
    private final CryptoService crypto;
    private final InstantSource time;
    private final CardKeyRing ring;
    private volatile Pinned pinned;

    private record Pinned(byte[] issuer, byte[] datacentre) {}

    @Activate
    public HttpTmsChannel(
            ChannelConfig config,
            @Reference MessageSecurity messages,
            @Reference KeyService keys,
            @Reference CertificateService certificates,
            @Reference CryptoService crypto,
            @Reference InstantSource time,
            @Reference Ticker ticker) {
        this(
                new HostLink(hostUrl(config.host_url()), timeout(config.timeout_ms()), ticker),
                folder(config.trust_directory()),
                messages,
                keys,
                certificates,
                crypto,
                time);
    }

    HttpTmsChannel(
            HostLink link,
            Path trust,
            MessageSecurity messages,
            KeyService keys,
            CertificateService certificates,
            CryptoService crypto,
            InstantSource time) {
        this.link = link;
        this.trust = trust;
        this.messages = messages;
        this.keys = keys;
        this.certificates = certificates;
        this.crypto = crypto;
        this.time = time;
        this.ring = new CardKeyRing(keys, crypto);
    }

    private static URI hostUrl(String text) {
        URI uri = URI.create(text == null ? "" : text.strip());
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null) {
            throw new IllegalArgumentException("host.url is no http or https address: '" + text + "'");
        }
        return uri;
    }

    private static Duration timeout(int millis) {
        if (millis < 1000 || millis > 300_000) {
            throw new IllegalArgumentException("timeout.ms is 1000 to 300000, not " + millis);
        }
        return Duration.ofMillis(millis);
    }

    private static Path folder(String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("trust.directory is missing");
        }
        return Path.of(text);
    }

    @Override
    public byte[] exchange(String keyName, byte[] payload) throws RefusedException, UncertainException {
        byte[] certificate = keys.certificate(keyName)
                .orElseThrow(() -> new RefusedException(TmsCode.NOT_ENROLLED, "no certificate of " + keyName));
        return exchange(keys.signingKey(keyName), certificate, payload);
    }

    private byte[] exchange(SigningKey key, byte[] certificate, byte[] payload)
            throws RefusedException, UncertainException {
        Pinned now = pinned();
        TransactionId nonce = nonce(payload);
        byte[] sealed = messages.seal(key, certificate, now.datacentre(), TmsCodec.REQUEST_TYPE, payload);
        byte[] answer = link.post(sealed, nonce, MessageSecurity.MESSAGE_BYTES_MAX);
        return open(key, now, nonce, answer);
    }

    private byte[] open(SigningKey key, Pinned now, TransactionId nonce, byte[] answer) throws RefusedException {
        OpenedMessage opened;
        CertificateInfo sender;
        try {
            opened = messages.open(key, answer);
            sender = certificates.validate(opened.senderCertificate(), now.issuer(), time.instant());
        } catch (RefusedException e) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, e.getMessage(), e);
        }
        if (!TmsCodec.ANSWER_TYPE.equals(opened.type())) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "message of another type");
        }
        if (sender.role() != CertificateRole.DATACENTRE || !Arrays.equals(opened.senderCertificate(), now.datacentre())) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "sender is not the data centre that was pinned");
        }
        byte[] payload = opened.payload();
        if (!nonce(payload).equals(nonce)) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "answer to another request");
        }
        return payload;
    }

    private static TransactionId nonce(byte[] payload) throws RefusedException {
        return new TransactionId(decode(payload).nonce());
    }

    private static TmsMessage decode(byte[] payload) throws RefusedException {
        try {
            return TmsCodec.decode(payload);
        } catch (IOException e) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "not a TMS message", e);
        }
    }

    @Override
    public byte[] enrol(String keyName, DeviceId device, String role, String enrolmentCode)
            throws RefusedException, UncertainException {
        CertificateRole wanted = CertificateRole.valueOf(role);
        SigningKey key = keys.signingKey(keyName);
        Instant now = time.instant();
        byte[] self = certificates.selfSigned(
                key, device.value(), wanted, now.minus(SELF_SIGNED_VALIDITY), now.plus(SELF_SIGNED_VALIDITY));
        EnrolRequest request = new EnrolRequest(
                HexFormat.of().formatHex(crypto.random(16)), device.value(), role, enrolmentCode.strip(), key.publicKey());
        byte[] payload = exchange(key, self, TmsCodec.encode(request));
        TmsMessage message = decode(payload);
        if (message instanceof RefusalAnswer refusal) {
            throw RefusedException.relayed(refusal.code(), refusal.message());
        }
        if (!(message instanceof EnrolAnswer answer)) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "not an answer to an enrolment");
        }
        check(answer, key, device, wanted);
        keys.storeTrusted(ISSUER, answer.issuerCertificate());
        keys.storeTrusted(LIST_KEY, answer.listKey());
        keys.storeTrusted(keyName + "-card", answer.cardCertificate());
        // Last: a device with a certificate has everything else too.
        keys.storeCertificate(keyName, answer.certificate());
        return payload;
    }

    private void check(EnrolAnswer answer, SigningKey key, DeviceId device, CertificateRole role) throws RefusedException {
        Pinned now = pinned();
        if (!Arrays.equals(answer.issuerCertificate(), now.issuer())) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "issuer is not the one that was pinned");
        }
        try {
            CertificateInfo own = certificates.validate(answer.certificate(), now.issuer(), time.instant());
            if (own.role() != role
                    || !own.subject().equals(device.value())
                    || !Arrays.equals(own.publicKey(), key.publicKey())) {
                throw new RefusedException(TmsCode.ANSWER_WRONG, "certificate is for another device, role or key");
            }
            Signed signed = Signed.split(answer.cardCertificate(), CardCertificate.BYTES);
            CardCertificate card = CardCertificate.parse(signed.body());
            byte[] issuerKey = certificates.read(now.issuer()).publicKey();
            int cardRole = role == CertificateRole.MERCHANT ? CardCertificate.ROLE_MERCHANT : CardCertificate.ROLE_METER;
            if (!crypto.verify(issuerKey, EcEncodings.rawSignature(signed.signature()), signed.body())
                    || card.role() != cardRole
                    || !Arrays.equals(card.subject(), device.bytes())
                    || !Arrays.equals(card.point(), EcEncodings.point(key.publicKey()))) {
                throw new RefusedException(TmsCode.ANSWER_WRONG, "card certificate is wrong");
            }
            EcEncodings.point(answer.listKey());
        } catch (CardRecordException e) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "card certificate cannot be read", e);
        }
    }

    @Override
    public byte[] fetchList(long heldVersion) throws RefusedException {
        if (heldVersion < 0) {
            throw new IllegalArgumentException("list version " + heldVersion);
        }
        return link.get("/lists/v1/authorisations?since=" + heldVersion, LIST_BYTES_MAX);
    }

    @Override
    public byte[] listKey() throws RefusedException {
        return trusted(LIST_KEY);
    }

    @Override
    public byte[] cardCertificate(String keyName) throws RefusedException {
        return trusted(keyName + "-card");
    }

    @Override
    public byte[] issuerPublicKey() throws RefusedException {
        return certificates.read(trusted(ISSUER)).publicKey();
    }

    @Override
    public List<byte[]> cardCertificates(String keyName) throws RefusedException {
        Optional<List<byte[]>> told = ring.certificates(keyName);
        return told.isPresent() ? told.get() : List.of(cardCertificate(keyName));
    }

    @Override
    public Map<Integer, byte[]> issuerKeys(String keyName) throws RefusedException {
        Optional<Map<Integer, byte[]>> told = ring.issuerKeys(keyName);
        return told.isPresent() ? told.get() : Map.of(FIRST, issuerPublicKey());
    }

    @Override
    public List<byte[]> keysToShow(String keyName) throws RefusedException {
        return ring.toShow(keyName);
    }

    @Override
    public long keysNumber(String keyName) throws RefusedException {
        return ring.number(keyName);
    }

    @Override
    public void refreshKeys(String keyName) throws RefusedException, UncertainException {
        KeysRequest request = new KeysRequest(HexFormat.of().formatHex(crypto.random(16)));
        TmsMessage message = decode(exchange(keyName, TmsCodec.encode(request)));
        if (message instanceof RefusalAnswer refusal) {
            throw RefusedException.relayed(refusal.code(), refusal.message());
        }
        if (!(message instanceof KeysAnswer answer)
                || answer.keySet() == null
                || answer.cardCertificates() == null
                || answer.cardCertificates().contains(null)) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "not an answer to a request for keys");
        }
        byte[] issuer = certificates.read(pinned().issuer()).publicKey();
        ring.take(keyName, issuer, cardCertificate(keyName), answer.keySet(), answer.cardCertificates());
    }

    @Override
    public void refreshKeys(long number) throws RefusedException, UncertainException {
        for (KeyInfo key : keys.list()) {
            boolean identity = key.current() && keys.certificate(key.name()).isPresent() && keys.trusted(key.name() + "-card").isPresent();
            if (identity && ring.number(key.name()) < number) {
                refreshKeys(key.name());
            }
        }
    }

    @Override
    public byte[] datacentrePublicKey() throws RefusedException {
        return certificates.read(pinned().datacentre()).publicKey();
    }

    private byte[] trusted(String name) throws RefusedException {
        return keys.trusted(name).orElseThrow(() -> new RefusedException(TmsCode.NOT_ENROLLED, "no " + name));
    }

    private Pinned pinned() throws RefusedException {
        Pinned held = pinned;
        if (held == null) {
            held = new Pinned(read("issuer.der"), read("datacentre.der"));
            pinned = held;
        }
        return held;
    }

    private byte[] read(String name) throws RefusedException {
        Path file = trust.resolve(name);
        try {
            if (Files.size(file) > TRUST_BYTES_MAX) {
                throw new RefusedException(TmsCode.NOT_ENROLLED, name + " in trust.directory is no certificate");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new RefusedException(TmsCode.NOT_ENROLLED, name + " cannot be read in trust.directory", e);
        }
    }
}
