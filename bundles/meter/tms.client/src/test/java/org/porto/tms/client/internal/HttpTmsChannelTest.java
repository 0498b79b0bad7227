// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.CertificateService;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.bc.internal.BcCertificateService;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.keys.api.KeyService;
import org.porto.message.api.MessageSecurity;
import org.porto.message.api.OpenedMessage;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.Signed;
import org.porto.protocol.tms.EnrolAnswer;
import org.porto.protocol.tms.EnrolRequest;
import org.porto.protocol.tms.RefusalAnswer;
import org.porto.protocol.tms.TmsCodec;
import org.porto.protocol.tms.TmsMessage;

/** The channel against a real HTTP server; sealing is left out, so that what is checked after opening can be lied about. */
public class HttpTmsChannelTest {

    private static final String NONCE = "12".repeat(16);
    private static final byte[] REQUEST = TmsCodec.encode(new RefusalAnswer(NONCE, "X", "request"));
    private static final DeviceId METER = new DeviceId("METER001");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CryptoService crypto = new BcCryptoService();
    private final CertificateService certificates = new BcCertificateService();
    private final Instant now = Instant.now();
    private final SigningKey issuerKey = crypto.generateSigningKey();
    private final SigningKey hostKey = crypto.generateSigningKey();
    private final SigningKey deviceKey = crypto.generateSigningKey();
    private final SigningKey listKey = crypto.generateSigningKey();
    private final Map<String, byte[]> stored = new HashMap<>();
    private byte[] issuer;
    private byte[] host;
    private byte[] sender;
    private String type = TmsCodec.ANSWER_TYPE;
    private UnaryOperator<byte[]> answer = request -> TmsCodec.encode(new RefusalAnswer(NONCE, "LED-004", "no"));
    private int status = 200;
    private String contentType = "application/jose";
    private HttpServer server;
    private HttpTmsChannel channel;

    @Before
    public void start() throws Exception {
        issuer = certificates.selfSigned(issuerKey, "issuer", CertificateRole.ISSUER, now.minusSeconds(60), now.plusSeconds(9999));
        host = issued(hostKey, "DATACTR1", CertificateRole.DATACENTRE);
        sender = host;
        Files.write(folder.getRoot().toPath().resolve("issuer.der"), issuer);
        Files.write(folder.getRoot().toPath().resolve("datacentre.der"), host);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = status == 200 ? answer.apply(exchange.getRequestBody().readAllBytes())
                    : "{\"code\":\"MSG-003\",\"title\":\"signature\",\"x\":{\"code\":\"BAD-001\"}}".getBytes();
            exchange.getResponseHeaders().add("Content-Type", contentType);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        channel = channel(server.getAddress().getPort(), folder.getRoot().toPath(), 5000);
        stored.put("certificate/device", new byte[] {1});
    }

    @After
    public void stop() {
        server.stop(0);
    }

    private byte[] issued(SigningKey key, String subject, CertificateRole role) {
        return certificates.issue(issuerKey, issuer, key.publicKey(), subject, role, now.minusSeconds(60), now.plusSeconds(9999));
    }

    private HttpTmsChannel channel(int port, Path trust, int timeout) {
        MessageSecurity plain = new MessageSecurity() {
            @Override
            public byte[] seal(SigningKey key, byte[] certificate, byte[] recipient, String kind, byte[] payload) {
                assertArrayEquals(host, recipient);
                assertEquals(TmsCodec.REQUEST_TYPE, kind);
                return payload;
            }

            @Override
            public OpenedMessage open(SigningKey recipient, byte[] message) {
                return new OpenedMessage(type, message, sender);
            }
        };
        KeyService keys = (KeyService) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {KeyService.class}, (proxy, method, args) -> switch (method.getName()) {
                    case "signingKey" -> deviceKey;
                    case "certificate" -> Optional.ofNullable(stored.get("certificate/" + args[0]));
                    case "trusted" -> Optional.ofNullable(stored.get("trusted/" + args[0]));
                    case "storeCertificate" -> stored.put("certificate/" + args[0], (byte[]) args[1]);
                    case "storeTrusted" -> stored.put("trusted/" + args[0], (byte[]) args[1]);
                    default -> throw new AssertionError(method);
                });
        HostLink link = new HostLink(URI.create("http://127.0.0.1:" + port), Duration.ofMillis(timeout), System::nanoTime);
        return new HttpTmsChannel(link, trust, plain, keys, certificates, crypto, InstantSource.system());
    }

    private String refusal() {
        return assertThrows(RefusedException.class, () -> channel.exchange("device", REQUEST)).code();
    }

    @Test
    public void aGoodAnswerComesThrough() throws Exception {
        assertTrue(TmsCodec.decode(channel.exchange("device", REQUEST)) instanceof RefusalAnswer);
        assertEquals("TMS-003", assertThrows(RefusedException.class, () -> channel.exchange("merchant", REQUEST)).code());
    }

    @Test
    public void anAnswerOfAnybodyElseIsWrong() {
        sender = issued(crypto.generateSigningKey(), "DATACTR1", CertificateRole.DATACENTRE);
        assertEquals("TMS-002", refusal());
        sender = issued(hostKey, "METER002", CertificateRole.METER);
        assertEquals("TMS-002", refusal());
        sender = host;
        type = TmsCodec.REQUEST_TYPE;
        assertEquals("TMS-002", refusal());
        type = TmsCodec.ANSWER_TYPE;
        answer = request -> TmsCodec.encode(new RefusalAnswer("34".repeat(16), "LED-004", "replayed"));
        assertEquals("TMS-002", refusal());
    }

    @Test
    public void problemsAreRelayedAndOtherPagesAreWrong() {
        status = 403;
        contentType = "application/problem+json";
        assertEquals("MSG-003", refusal());
        contentType = "text/html";
        assertEquals("TMS-002", refusal());
        status = 200;
        assertEquals("TMS-002", refusal());
    }

    @Test
    public void aHostThatIsStillStartingProvesNothing() {
        contentType = "text/html";
        for (int unserved : new int[] {404, 502, 503}) {
            status = unserved;
            assertEquals("TMS-006", assertThrows(UncertainException.class, () -> channel.exchange("device", REQUEST)).code());
            assertEquals("TMS-001", assertThrows(RefusedException.class, () -> channel.fetchList(0)).code());
        }
        status = 403;
        assertEquals("TMS-002", refusal());
    }

    @Test
    public void aDeadHostIsRefusedAndASilentOneUncertain() throws Exception {
        int port = server.getAddress().getPort();
        server.stop(0);
        assertEquals("TMS-001", refusal());
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            HttpTmsChannel waiting = channel(mute.getLocalPort(), folder.getRoot().toPath(), 1000);
            assertEquals("TMS-006", assertThrows(UncertainException.class, () -> waiting.exchange("device", REQUEST)).code());
        }
        assertTrue(port > 0);
    }

    @Test
    public void trustIsReadAgainWhileItIsMissing() throws Exception {
        Path empty = folder.newFolder().toPath();
        HttpTmsChannel early = channel(server.getAddress().getPort(), empty, 5000);
        assertEquals("TMS-003", assertThrows(RefusedException.class, () -> early.exchange("device", REQUEST)).code());
        Files.write(empty.resolve("issuer.der"), issuer);
        Files.write(empty.resolve("datacentre.der"), host);
        early.exchange("device", REQUEST);
    }

    private byte[] enrolment(byte[] request, byte[] otherIssuer, DeviceId subject, SigningKey certified) {
        try {
            TmsMessage message = TmsCodec.decode(request);
            byte[] body = new CardCertificate(
                            CardCertificate.ROLE_METER, METER.bytes(), EcEncodings.point(deviceKey.publicKey()), 20000, 1)
                    .encoded();
            byte[] card = new Signed(body, EcEncodings.derSignature(issuerKey.sign(body))).encoded();
            assertEquals("CODE", ((EnrolRequest) message).enrolmentCode());
            return TmsCodec.encode(new EnrolAnswer(
                    message.nonce(), issued(certified, subject.value(), CertificateRole.METER), card, otherIssuer,
                    listKey.publicKey(), "ACME", "EUR", 0, 1, 2, 3));
        } catch (IOException | RefusedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    public void anEnrolmentStoresEverything() throws Exception {
        stored.clear();
        answer = request -> enrolment(request, issuer, METER, deviceKey);
        channel.enrol("device", METER, "METER", " CODE ");
        assertArrayEquals(issuer, stored.get("trusted/issuer"));
        assertArrayEquals(listKey.publicKey(), channel.listKey());
        assertArrayEquals(issuerKey.publicKey(), channel.issuerPublicKey());
        assertTrue(Arrays.equals(METER.bytes(), Arrays.copyOfRange(channel.cardCertificate("device"), 2, 10)));
        assertTrue(stored.containsKey("certificate/device"));
    }

    @Test
    public void anEnrolmentForAnythingElseStoresNothing() {
        stored.clear();
        answer = request -> enrolment(request, host, METER, deviceKey);
        assertThrows(RefusedException.class, () -> channel.enrol("device", METER, "METER", "CODE"));
        answer = request -> enrolment(request, issuer, new DeviceId("METER002"), deviceKey);
        assertThrows(RefusedException.class, () -> channel.enrol("device", METER, "METER", "CODE"));
        answer = request -> enrolment(request, issuer, METER, listKey);
        assertThrows(RefusedException.class, () -> channel.enrol("device", METER, "METER", "CODE"));
        assertTrue(stored.isEmpty());
    }
}
