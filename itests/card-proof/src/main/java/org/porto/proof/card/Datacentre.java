// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.porto.card.api.CardChannel;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.CardOrder;
import org.porto.protocol.card.CardOrderEnvelope;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.Signed;
import org.porto.protocol.recharge.AuthorisationList;
import org.porto.protocol.recharge.ListEntry;
import org.porto.purse.api.CardProfile;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.Personalisation;
import org.porto.purse.api.Purses;
import org.porto.transfer.api.PairingOrder;

/** Issuer and data centre of the proof, plain: certificates, orders, authorisations and their list, receipts. */
final class Datacentre {

    private final CryptoService crypto;
    private final Purses purses;
    private final InstantSource clock;
    /** Authorisations by envelope hash. */
    final Map<String, Authorisation> authorisations = new LinkedHashMap<>();
    private final ExportableSigningKey issuer;
    private final ExportableSigningKey datacentre;
    private long listVersion;
    private long ids;
    private long sequences = 100;

    /** The data centre's record of one recharge or burn. */
    static final class Authorisation {
        final CardRecord card;
        final long amount;
        final long needs;
        final byte[] envelope;
        final boolean burn;
        boolean posted;

        Authorisation(CardRecord card, long amount, long needs, byte[] envelope, boolean burn) {
            this.card = card;
            this.amount = amount;
            this.needs = needs;
            this.envelope = envelope;
            this.burn = burn;
        }
    }

    Datacentre(CryptoService crypto, Purses purses, InstantSource clock) {
        this.crypto = crypto;
        this.purses = purses;
        this.clock = clock;
        this.issuer = crypto.generateSigningKey();
        this.datacentre = crypto.generateSigningKey();
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    byte[] freshBytes() {
        return ByteBuffer.allocate(16).putInt(7).putLong(++ids).array();
    }

    byte[] signed(SigningKey key, byte[] body) throws RefusedException {
        return new Signed(body, EcEncodings.derSignature(key.sign(body))).encoded();
    }

    PeerCredentials peer(String name, int role) throws RefusedException {
        return peer(name, role, issuer);
    }

    PeerCredentials peer(String name, int role, SigningKey signer) throws RefusedException {
        SigningKey key = crypto.generateSigningKey();
        CardCertificate certificate = new CardCertificate(
                role, new DeviceId(name).bytes(), EcEncodings.point(key.publicKey()), CardDays.of(today().plusYears(3)), 1);
        return new PeerCredentials(signed(signer, certificate.encoded()), key, issuer.publicKey());
    }

    byte[] issuerKey() {
        return issuer.publicKey();
    }

    byte[] listKey() {
        return datacentre.publicKey();
    }

    /** Makes a blank card that one of the issuer's. */
    void personalise(CardChannel channel, SecretBytes transportKey, CardRecord card) throws RefusedException {
        try (Personalisation blank = purses.openPersonalisation(channel, transportKey)) {
            byte[] publicKey = blank.generateKey();
            card.point = EcEncodings.point(publicKey);
            byte[] hash = crypto.sha256("PORTO-ROUTE".getBytes(StandardCharsets.US_ASCII), card.point);
            card.tag = Arrays.copyOf(hash, 8);
            CardCertificate certificate = new CardCertificate(
                    CardCertificate.ROLE_CARD, card.id.bytes(), card.point, CardDays.of(today().plusYears(5)), 1);
            card.certificate = signed(issuer, certificate.encoded());
            blank.complete(
                    new CardProfile(
                            card.id,
                            World.CHF,
                            World.BALANCE_MAX,
                            World.TRANSACTION_MAX,
                            card.certificate,
                            datacentre.publicKey(),
                            1,
                            issuer.publicKey(),
                            1,
                            3,
                            10),
                    World.PIN);
        }
    }

    CardOrder order(int kind, CardRecord card, long sequence, byte[] detail) {
        return new CardOrder(
                kind, 1, card.id.bytes(), freshBytes(), sequence, CardDays.of(today().plusDays(90)), detail);
    }

    byte[] envelope(CardRecord card, int kind, byte[] detail) throws RefusedException {
        return seal(card, order(kind, card, ++sequences, detail), datacentre);
    }

    /** Signs and seals an order as the data centre does (docs/protocol/order-envelope.md). */
    byte[] seal(CardRecord card, CardOrder order, SigningKey signer) throws RefusedException {
        byte[] plain = signed(signer, order.encoded());
        byte[] padded = Arrays.copyOf(plain, plain.length / 16 * 16 + 16);
        padded[plain.length] = (byte) 0x80;
        try (ExportableSigningKey ephemeral = crypto.generateSigningKey();
                SecretBytes z = ephemeral.agree(EcEncodings.publicKey(card.point));
                SymmetricKey zero = crypto.symmetricKey(SecretBytes.owning(new byte[16]));
                SymmetricKey kdk = crypto.symmetricKey(
                        SecretBytes.owning(zero.mac(z.expose(SecretAccess.insecureSecretAccess()))))) {
            byte[] head = ByteBuffer.allocate(CardOrderEnvelope.HEAD_BYTES)
                    .put((byte) 1)
                    .put((byte) 1)
                    .put(EcEncodings.point(ephemeral.publicKey()))
                    .array();
            try (SymmetricKey enc = crypto.symmetricKey(kdk.derive(CardOrderEnvelope.LABEL_ENC, head, 16));
                    SymmetricKey mac = crypto.symmetricKey(kdk.derive(CardOrderEnvelope.LABEL_MAC, head, 16))) {
                byte[] cipher = enc.encryptBlocks(new byte[16], padded);
                return ByteBuffer.allocate(head.length + cipher.length + 16)
                        .put(head)
                        .put(cipher)
                        .put(mac.mac(head, cipher))
                        .array();
            }
        }
    }

    SigningKey datacentreKey() {
        return datacentre;
    }

    SigningKey stranger() {
        return crypto.generateSigningKey();
    }

    /** Chained behind what was issued to that card before (rule R2). */
    Authorisation authorise(CardRecord card, long amount) throws RefusedException {
        long needs = authorisations.values().stream()
                .filter(a -> a.card == card && !a.burn)
                .mapToLong(a -> a.amount)
                .sum();
        return issue(card, amount, needs, false);
    }

    /** A recharge, or what takes its place. */
    Authorisation issue(CardRecord card, long amount, long needs, boolean burn) throws RefusedException {
        byte[] envelope = envelope(
                card,
                burn ? CardOrder.BURN : CardOrder.RECHARGE,
                CardOrder.valueDetail(World.CHF.getNumericCode(), amount, needs));
        Authorisation authorisation = new Authorisation(card, amount, needs, envelope, burn);
        authorisations.put(entryId(envelope), authorisation);
        return authorisation;
    }

    private String entryId(byte[] envelope) {
        return HexFormat.of().formatHex(crypto.sha256(envelope), 0, 16);
    }

    /** A full snapshot of what is not posted yet, the last of a chain first, so that stations offer it out of turn. */
    byte[] list() {
        List<ListEntry> entries = new ArrayList<>();
        authorisations.forEach((id, a) -> {
            if (!a.posted) {
                entries.add(new ListEntry(
                        HexFormat.of().parseHex(id), a.card.tag, 1_000_000 - entries.size(), CardDays.of(today().plusDays(90)), a.envelope));
            }
        });
        byte[] body = new AuthorisationList(++listVersion, 0, CardDays.of(today()), entries, List.of()).body();
        return new Signed(body, datacentre.sign(body)).encoded();
    }

    /** A receipt posts the authorisation that it names as applied; any control sum posts what it passed (no burn is out). */
    void receipt(CardRecord card, byte[] encoded) {
        ApplyReceipt said;
        try {
            said = ApplyReceipt.parse(Signed.split(encoded, ApplyReceipt.BYTES).body());
        } catch (CardRecordException e) {
            throw new IllegalStateException(e);
        }
        for (Authorisation a : authorisations.values()) {
            a.posted |= a.card == card && said.controlSum() >= a.needs + a.amount;
        }
    }

    /** The pairing of a card with a meter, for both. */
    PairingOrder pairing(CardRecord card, DeviceId meter) throws RefusedException {
        byte[] secret = crypto.random(16);
        byte[] envelope = envelope(
                card, CardOrder.PAIRING, CardOrder.pairingDetail(meter.bytes(), secret, World.PAIR_MAX));
        return new PairingOrder(card.id, card.tag, SecretBytes.copyOf(secret), World.PAIR_MAX, envelope);
    }
}
