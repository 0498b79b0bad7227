// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.merchant.api.MerchantPoint;
import org.porto.merchant.api.Purchase;
import org.porto.merchant.point.internal.ProofPoint;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
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
import org.porto.purse.api.PurseSession;
import org.porto.purse.host.internal.CardPurses;
import org.porto.recharge.api.RechargeQueue;
import org.porto.recharge.queue.internal.ProofQueue;
import org.porto.register.api.RegisterOperation;
import org.porto.tms.api.TmsChannel;
import org.porto.transfer.api.PairingOrder;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferRequest;
import org.porto.transfer.api.TransferService;
import org.porto.transfer.core.internal.ProofTransfers;

/**
 * Cards, meters, merchant points, stations and a data centre. Applet, card machine, host side, transfer service, merchant point and
 * recharge queue are the product's; vaults and journals are memory doubles that cut the power, the data centre is plain.
 */
final class World implements InstantSource {

    static final Currency CHF = Currency.getInstance("CHF");
    static final char[] PIN = "1234".toCharArray();
    static final long BALANCE_MAX = 500_000;
    static final long TRANSACTION_MAX = 200_000;
    static final long PAIR_MAX = 50_000;
    static final long FEE = 7;
    private static final byte[] AID = HexFormat.of().parseHex("F0504F52544F01");
    private static final byte[] TRANSPORT_KEY = HexFormat.of().parseHex("000102030405060708090A0B0C0D0E0F");

    final CryptoService crypto;
    final CardPurses purses;
    final Disk disk = new Disk();
    final List<Purse> cards = new ArrayList<>();
    final List<Meter> meters = new ArrayList<>();
    final List<Point> points = new ArrayList<>();
    final List<Station> stations = new ArrayList<>();
    Purse inserted;
    Instant now = Instant.parse("2026-03-01T08:00:00Z");
    /** Authorisations by envelope hash. */
    final Map<String, Authorisation> authorisations = new LinkedHashMap<>();
    private final ExportableSigningKey issuer;
    private final ExportableSigningKey datacentre;
    private long listVersion;
    private long ids;
    private long sequences = 100;
    /** Spent with a point that is no longer among the points. */
    long writtenOff;

    /** The data centre's record of one recharge or burn. */
    static final class Authorisation {
        final Purse card;
        final long amount;
        final long needs;
        final byte[] envelope;
        final boolean burn;
        boolean posted;

        Authorisation(Purse card, long amount, long needs, byte[] envelope, boolean burn) {
            this.card = card;
            this.amount = amount;
            this.needs = needs;
            this.envelope = envelope;
            this.burn = burn;
        }
    }

    World(CryptoService crypto) {
        this.crypto = crypto;
        this.purses = new CardPurses(crypto);
        this.issuer = crypto.generateSigningKey();
        this.datacentre = crypto.generateSigningKey();
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long millis() {
        return now.toEpochMilli();
    }

    LocalDate today() {
        return LocalDate.ofInstant(now, ZoneOffset.UTC);
    }

    byte[] freshBytes() {
        return ByteBuffer.allocate(16).putInt(7).putLong(++ids).array();
    }

    TransactionId freshId() {
        return TransactionId.of(freshBytes());
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

    // Cards

    Purse blank() {
        CardId id = new CardId(String.format("00112233%08X", cards.size() + 1));
        Purse card = new Purse(id, AID, TRANSPORT_KEY);
        cards.add(card);
        return card;
    }

    void personalise(Purse card) throws RefusedException {
        try (CardClaim claim = card.claim();
                SecretBytes key = SecretBytes.copyOf(TRANSPORT_KEY);
                Personalisation blank = purses.openPersonalisation(claim, key)) {
            byte[] publicKey = blank.generateKey();
            card.point = EcEncodings.point(publicKey);
            byte[] hash = crypto.sha256("PORTO-ROUTE".getBytes(StandardCharsets.US_ASCII), card.point);
            card.tag = Arrays.copyOf(hash, 8);
            CardCertificate certificate = new CardCertificate(
                    CardCertificate.ROLE_CARD, card.id.bytes(), card.point, CardDays.of(today().plusYears(5)), 1);
            blank.complete(
                    new CardProfile(
                            card.id,
                            CHF,
                            BALANCE_MAX,
                            TRANSACTION_MAX,
                            signed(issuer, certificate.encoded()),
                            datacentre.publicKey(),
                            1,
                            issuer.publicKey(),
                            1,
                            3,
                            10),
                    PIN);
        }
    }

    Purse card() throws RefusedException {
        Purse card = blank();
        personalise(card);
        inserted = card;
        return card;
    }

    // The data centre

    CardOrder order(int kind, Purse card, long sequence, byte[] detail) {
        return new CardOrder(
                kind, 1, card.id.bytes(), freshBytes(), sequence, CardDays.of(today().plusDays(90)), detail);
    }

    byte[] envelope(Purse card, int kind, byte[] detail) throws RefusedException {
        return seal(card, order(kind, card, ++sequences, detail), datacentre);
    }

    /** Signs and seals an order as the data centre does (docs/protocol/order-envelope.md). */
    byte[] seal(Purse card, CardOrder order, SigningKey signer) throws RefusedException {
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
    Authorisation authorise(Purse card, long amount) throws RefusedException {
        long needs = authorisations.values().stream()
                .filter(a -> a.card == card && !a.burn)
                .mapToLong(a -> a.amount)
                .sum();
        return issue(card, amount, needs, false);
    }

    /** A recharge, or what takes its place. */
    Authorisation issue(Purse card, long amount, long needs, boolean burn) throws RefusedException {
        byte[] envelope = envelope(
                card,
                burn ? CardOrder.BURN : CardOrder.RECHARGE,
                CardOrder.valueDetail(CHF.getNumericCode(), amount, needs));
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
    void receipt(Purse card, byte[] encoded) {
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
    PairingOrder pairing(Purse card, Meter meter) throws RefusedException {
        byte[] secret = crypto.random(16);
        byte[] envelope = envelope(
                card, CardOrder.PAIRING, CardOrder.pairingDetail(meter.serial.bytes(), secret, PAIR_MAX));
        return new PairingOrder(card.id, card.tag, SecretBytes.copyOf(secret), PAIR_MAX, envelope);
    }

    // Places

    private final class Readers implements CardReaders {
        @Override
        public List<ReaderInfo> list() {
            return List.of();
        }

        @Override
        public CardClaim claim(String reader, Duration wait) {
            return inserted.claim();
        }
    }

    private final class Channel implements TmsChannel {
        private final PeerCredentials self;

        Channel(PeerCredentials self) {
            this.self = self;
        }

        @Override
        public byte[] exchange(String keyName, byte[] payload) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] enrol(String keyName, DeviceId device, String role, String enrolmentCode) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] fetchList(long heldVersion) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] listKey() {
            return datacentre.publicKey();
        }

        @Override
        public byte[] cardCertificate(String keyName) {
            return self.certificate();
        }

        @Override
        public byte[] issuerPublicKey() {
            return issuer.publicKey();
        }
    }

    private ProofPoint.Parts parts(PeerCredentials self) {
        return new ProofPoint.Parts(
                new Readers(), purses, new Channel(self), new PlainKeys(self.key(), self.certificate()), disk, crypto, this);
    }

    private static DeviceId name(String kind, int number) {
        return new DeviceId(String.format("%s%04d", kind, number));
    }

    /** Money goes from here onto cards. */
    final class Meter implements MeterIdentity {
        final DeviceId serial = name("METR", meters.size() + 1);
        private final PeerCredentials self = peer(serial.value(), CardCertificate.ROLE_METER);
        private TransferService service;

        Meter(long money) throws RefusedException {
            new MemoryVault(disk, serial.value()).post(freshId(), new RegisterOperation.Refill(money, 1));
            meters.add(this);
        }

        MemoryVault.State vault() {
            return disk.vault(serial.value());
        }

        TransferService service() throws RefusedException, UncertainException {
            if (service == null) {
                service = ProofTransfers.start(
                        new ProofTransfers.Parts(
                                this,
                                new MemoryVault(disk, serial.value()),
                                purses,
                                new Readers(),
                                disk,
                                new PlainKeys(self.key(), self.certificate()),
                                crypto,
                                World.this,
                                self),
                        serial.value(),
                        FEE,
                        PAIR_MAX);
            }
            return service;
        }

        void off() {
            service = null;
        }

        TransferInfo transfer(TransactionId id, long mils, char[] pin) throws RefusedException, UncertainException {
            return service().transfer(new TransferRequest(id, "", Money.ofMils(mils, CHF)), pin, block -> {});
        }

        /** A meeting in which nothing is asked for. @return whether the card is paired */
        boolean meet() throws RefusedException, UncertainException {
            try (CardClaim claim = inserted.claim();
                    PurseSession session = service().meet(claim)) {
                return session.paired();
            }
        }

        @Override
        public DeviceId serial() {
            return serial;
        }

        @Override
        public String profile() {
            return "psd";
        }

        @Override
        public String hardwareModel() {
            return "proof";
        }

        @Override
        public Currency currency() {
            return CHF;
        }
    }

    /** A merchant. */
    final class Point {
        final DeviceId serial = name("SHOP", points.size() + 1);
        final PeerCredentials self = peer(serial.value(), CardCertificate.ROLE_MERCHANT);
        private MerchantPoint service;

        Point() throws RefusedException {
            points.add(this);
        }

        MerchantPoint service() throws RefusedException {
            if (service == null) {
                service = ProofPoint.start(serial, CHF, parts(self), serial.value());
            }
            return service;
        }

        void off() {
            service = null;
        }

        Purchase purchase(TransactionId id, long mils) throws RefusedException, UncertainException {
            return service().purchase(id, Money.ofMils(mils, CHF), "");
        }

        /** What it has receipts for. */
        long paid() throws RefusedException {
            return service().purchases(100_000).stream()
                    .filter(p -> p.state().equals("paid"))
                    .mapToLong(Purchase::amountMils)
                    .sum();
        }

        long open() throws RefusedException {
            return service().purchases(100_000).stream().filter(p -> p.state().equals("open")).mapToLong(Purchase::amountMils).sum();
        }
    }

    /** Where authorisations wait for cards. */
    final class Station {
        final DeviceId serial = name("STAT", stations.size() + 1);
        private final PeerCredentials self = peer(serial.value(), CardCertificate.ROLE_METER);
        private RechargeQueue service;

        Station() throws RefusedException {
            stations.add(this);
        }

        RechargeQueue service() throws RefusedException {
            if (service == null) {
                service = ProofQueue.start(parts(self), serial.value());
            }
            return service;
        }

        void off() {
            service = null;
        }

        void fetch() throws RefusedException {
            service().accept(list(), datacentre.publicKey());
        }

        void serve() throws RefusedException, UncertainException {
            service().serve("");
        }

        /** Receipts go up, each card's for itself. */
        void upload() throws RefusedException {
            List<String> digests = new ArrayList<>();
            for (byte[] receipt : service().unacknowledgedReceipts(1000)) {
                for (Purse card : cards) {
                    if (Arrays.equals(card.id.bytes(), 0, 8, receipt, 3, 11)) {
                        receipt(card, receipt);
                    }
                }
                digests.add(HexFormat.of().formatHex(crypto.sha256(receipt)));
            }
            service().acknowledgeReceipts(digests);
        }
    }

    /** A session by certificates with a merchant's, for what no place does by itself. */
    interface Certified {
        void with(PurseSession session) throws PortoException;
    }

    void certified(Point point, Certified act) throws PortoException {
        try (CardClaim claim = inserted.claim();
                PurseSession session = purses.openCertified(claim, point.self, today())) {
            act.with(session);
        }
    }

    // What must hold

    static void require(boolean good, String otherwise) {
        if (!good) {
            throw new AssertionError(otherwise);
        }
    }

    long loaded() {
        return cards.stream().mapToLong(card -> card.registers().loaded()).sum();
    }

    long spent() {
        return cards.stream().mapToLong(card -> card.registers().spent()).sum();
    }

    /**
     * At any moment, whatever was cut or lost: every vault balances, no card has a negative register, the cards hold what the meters
     * moved and at most what is in transit more, every control sum is the sum of a beginning of the card's chain, and the points
     * have receipts for what was spent but for what is open.
     */
    void check(String name) {
        long moved = 0;
        long transit = 0;
        for (Meter meter : meters) {
            MemoryVault.State vault = meter.vault();
            require(vault.balanced(), name + ": registers of " + meter.serial);
            moved += vault.transferred;
            transit += vault.items.values().stream().mapToLong(item -> item.amountMils()).sum();
        }
        for (Purse card : cards) {
            if (card.point != null) {
                check(name, card);
            }
        }
        long loaded = loaded();
        require(moved <= loaded && loaded <= moved + transit,
                name + ": meters moved " + moved + ", in transit " + transit + ", on cards " + loaded);
        try {
            long paid = 0;
            long open = 0;
            for (Point point : points) {
                paid += point.paid();
                open += point.open();
            }
            long spent = spent() - writtenOff;
            require(paid <= spent && spent <= paid + open, name + ": points have " + paid + ", open " + open + ", spent " + spent);
        } catch (RefusedException e) {
            throw new AssertionError(name, e);
        }
    }

    private void check(String name, Purse card) {
        Purse.Registers r = card.registers();
        require(r.balance() >= 0 && r.balance() <= BALANCE_MAX && r.spent() >= 0 && r.loaded() >= 0 && r.burned() >= 0,
                name + ": card " + card.id + " " + r);
        long sum = 0;
        boolean found = r.sum() == 0;
        for (Authorisation a : authorisations.values()) {
            if (a.card == card) {
                sum = a.needs + a.amount;
                found |= sum == r.sum();
                require(!a.posted || r.sum() >= sum, name + ": posted and not on card " + card.id);
            }
        }
        require(found, name + ": control sum " + r.sum() + " of card " + card.id + " is in no chain");
    }

    /** When all is quiet: nothing in doubt anywhere and every mil in one place. */
    void checkSettled(String name) {
        check(name);
        try {
            for (Meter meter : meters) {
                require(meter.vault().items.isEmpty(), name + ": in transit at " + meter.serial);
                require(meter.service().inDoubt().isEmpty(), name + ": in doubt at " + meter.serial);
            }
            for (Point point : points) {
                require(point.open() == 0, name + ": open at " + point.serial);
            }
        } catch (PortoException e) {
            throw new AssertionError(name, e);
        }
    }
}
