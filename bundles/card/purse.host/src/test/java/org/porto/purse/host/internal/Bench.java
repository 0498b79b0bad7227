// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.porto.card.api.CardChannel;
import org.porto.card.api.CardCode;
import org.porto.card.api.ExchangeException;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.javacard.runtime.api.CardMachine;
import org.porto.javacard.runtime.api.PowerCut;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.CardOrder;
import org.porto.protocol.card.CardOrderEnvelope;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.Signed;
import org.porto.purse.api.CardProfile;
import org.porto.purse.api.PairingBook;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.Personalisation;
import org.porto.purse.api.PurseSession;
import org.porto.purse.applet.PurseApplet;

/** A card on the card machine, an issuer, a data centre, a meter and a merchant: what the tests of the purse need. */
final class Bench implements CardChannel {

    static final byte[] AID = HexFormat.of().parseHex("F0504F52544F01");
    static final byte[] TRANSPORT_KEY = HexFormat.of().parseHex("000102030405060708090A0B0C0D0E0F");
    static final Currency CHF = Currency.getInstance("CHF");
    static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    static final DeviceId METER = new DeviceId("METER001");
    static final DeviceId SHOP = new DeviceId("SHOP0001");
    static final CardId CARD = new CardId("0011223344556677");
    static final long BALANCE_MAX = 500_000;
    static final long TRANSACTION_MAX = 200_000;
    static final char[] PIN = "1234".toCharArray();

    final CryptoService crypto = new BcCryptoService();
    final CardPurses purses = new CardPurses(crypto);
    final ExportableSigningKey issuer = crypto.generateSigningKey();
    final ExportableSigningKey datacentre = crypto.generateSigningKey();
    final PeerCredentials shop = peer(SHOP, CardCertificate.ROLE_MERCHANT);
    final CardMachine machine = CardMachine.inMemory(PurseApplet.class, AID, TRANSPORT_KEY);
    /** Commands sent, to be replayed. */
    final List<byte[]> sent = new ArrayList<>();
    /** What answers: the card machine, or another card. */
    UnaryOperator<byte[]> card = machine::process;
    UnaryOperator<byte[]> onCommand = c -> c;
    UnaryOperator<byte[]> onAnswer = a -> a;
    byte[] cardPoint;
    private byte[] book;
    private byte[] bookNext;
    private int ids;

    Bench() throws IOException {
        machine.powerOn();
    }

    static Bench personalised() throws IOException, RefusedException {
        Bench bench = new Bench();
        bench.personalise();
        return bench;
    }

    @Override
    public byte[] transmit(byte[] command) throws ExchangeException {
        try {
            sent.add(command.clone());
            return onAnswer.apply(card.apply(onCommand.apply(command.clone())));
        } catch (PowerCut e) {
            throw new ExchangeException(CardCode.CARD_LOST, "", e);
        }
    }

    byte[] raw(String hex) {
        return machine.process(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    static int status(byte[] answer) {
        return ByteBuffer.wrap(answer).getShort(answer.length - 2) & 0xFFFF;
    }

    void powerUp() throws IOException {
        machine.powerOff();
        machine.powerOn();
    }

    /** The card and what the meter knows, to come back to. */
    record Snapshot(byte[] image, byte[] book, byte[] bookNext) {}

    Snapshot snapshot() {
        return new Snapshot(machine.image(), book, bookNext);
    }

    void restore(Snapshot snapshot) throws IOException {
        machine.powerOff();
        machine.restore(snapshot.image());
        machine.powerOn();
        book = snapshot.book();
        bookNext = snapshot.bookNext();
    }

    byte[] signed(SigningKey key, byte[] body) throws RefusedException {
        return new Signed(body, EcEncodings.derSignature(key.sign(body))).encoded();
    }

    PeerCredentials peer(DeviceId id, int role) {
        return peer(id, role, issuer, 1);
    }

    PeerCredentials peer(DeviceId id, int role, SigningKey signer, int version) {
        try {
            SigningKey key = crypto.generateSigningKey();
            CardCertificate certificate = new CardCertificate(
                    role, id.bytes(), EcEncodings.point(key.publicKey()), CardDays.of(TODAY.plusYears(3)), version);
            return new PeerCredentials(signed(signer, certificate.encoded()), key, issuer.publicKey());
        } catch (RefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    static SecretBytes transportKey() {
        return SecretBytes.copyOf(TRANSPORT_KEY);
    }

    CardProfile profile(byte[] publicKey) throws RefusedException {
        CardCertificate certificate = new CardCertificate(
                CardCertificate.ROLE_CARD,
                CARD.bytes(),
                EcEncodings.point(publicKey),
                CardDays.of(TODAY.plusYears(5)),
                1);
        return new CardProfile(
                CARD,
                CHF,
                BALANCE_MAX,
                TRANSACTION_MAX,
                signed(issuer, certificate.encoded()),
                datacentre.publicKey(),
                1,
                issuer.publicKey(),
                1,
                3,
                10);
    }

    void personalise() throws RefusedException {
        try (SecretBytes key = transportKey();
                Personalisation blank = purses.openPersonalisation(this, key)) {
            byte[] publicKey = blank.generateKey();
            cardPoint = EcEncodings.point(publicKey);
            blank.complete(profile(publicKey), PIN);
        }
    }

    /** Seals an order as the data centre does. */
    byte[] envelope(CardOrder order) throws RefusedException {
        return envelope(order, datacentre);
    }

    byte[] envelope(CardOrder order, SigningKey signer) throws RefusedException {
        return envelope(order, signer, 1);
    }

    byte[] envelope(CardOrder order, SigningKey signer, int version) throws RefusedException {
        byte[] plain = signed(signer, order.encoded());
        byte[] padded = Arrays.copyOf(plain, plain.length / 16 * 16 + 16);
        padded[plain.length] = (byte) 0x80;
        try (ExportableSigningKey ephemeral = crypto.generateSigningKey();
                SecretBytes z = ephemeral.agree(EcEncodings.publicKey(cardPoint));
                SymmetricKey zero = crypto.symmetricKey(SecretBytes.owning(new byte[16]));
                SymmetricKey kdk = crypto.symmetricKey(
                        SecretBytes.owning(zero.mac(z.expose(SecretAccess.insecureSecretAccess()))))) {
            byte[] head = ByteBuffer.allocate(CardOrderEnvelope.HEAD_BYTES)
                    .put((byte) 1)
                    .put((byte) version)
                    .put(EcEncodings.point(ephemeral.publicKey()))
                    .array();
            byte[] cipher = crypto.symmetricKey(kdk.derive(CardOrderEnvelope.LABEL_ENC, head, 16))
                    .encryptBlocks(new byte[16], padded);
            byte[] mac = crypto.symmetricKey(kdk.derive(CardOrderEnvelope.LABEL_MAC, head, 16)).mac(head, cipher);
            return ByteBuffer.allocate(head.length + cipher.length + 16).put(head).put(cipher).put(mac).array();
        }
    }

    byte[] freshId() {
        return ByteBuffer.allocate(16).putInt(7).putInt(++ids).array();
    }

    TransactionId freshTransaction() {
        return TransactionId.of(freshId());
    }

    CardOrder order(int kind, long sequence, byte[] detail) {
        return new CardOrder(kind, 1, CARD.bytes(), freshId(), sequence, CardDays.of(TODAY.plusDays(90)), detail);
    }

    CardOrder recharge(long amount, long controlSum, long sequence) {
        return order(
                CardOrder.RECHARGE, sequence, CardOrder.valueDetail(CHF.getNumericCode(), amount, controlSum));
    }

    CardOrder burn(long amount, long controlSum, long sequence) {
        return order(CardOrder.BURN, sequence, CardOrder.valueDetail(CHF.getNumericCode(), amount, controlSum));
    }

    /** A new key of the data centre or the issuer; the order is signed with version of the data centre's. */
    CardOrder roll(int whose, int fresh, byte[] publicKey, long sequence, int version) throws RefusedException {
        byte[] detail = CardOrder.keyDetail(whose, fresh, crypto.sha256(EcEncodings.point(publicKey)));
        return new CardOrder(CardOrder.KEY, version, CARD.bytes(), freshId(), sequence, CardDays.of(TODAY.plusDays(90)), detail);
    }

    /** A pairing order, whose secret goes into the meter's book. */
    CardOrder pairing(DeviceId meter, long sequence, long amountMax) {
        byte[] secret = crypto.random(16);
        if (meter.equals(METER)) {
            book = secret;
            bookNext = null;
        }
        return order(CardOrder.PAIRING, sequence, CardOrder.pairingDetail(meter.bytes(), secret, amountMax));
    }

    /** The meter stores the secret after a load before it gives the order. */
    void storeNext(SecretBytes next) {
        bookNext = next.expose(SecretAccess.insecureSecretAccess());
    }

    void settle(boolean applied) {
        book = applied ? bookNext : book;
        bookNext = null;
    }

    PairingBook book() {
        return handle -> {
            List<PairingBook.Candidate> found = new ArrayList<>();
            for (byte[] secret : new byte[][] {book, bookNext}) {
                if (secret != null && purses.shows(SecretBytes.copyOf(secret), handle)) {
                    found.add(new PairingBook.Candidate(CARD, secret == bookNext, SecretBytes.copyOf(secret)));
                }
            }
            return found;
        };
    }

    PurseSession certified() throws RefusedException {
        return purses.openCertified(this, shop, TODAY);
    }

    PurseSession paired() throws RefusedException {
        return purses.openPaired(this, METER, book());
    }

    static ApplyReceipt receipt(byte[] encoded) {
        try {
            return ApplyReceipt.parse(Signed.split(encoded, ApplyReceipt.BYTES).body());
        } catch (CardRecordException e) {
            throw new AssertionError(e);
        }
    }

    static Money chf(long mils) {
        return Money.ofMils(mils, CHF);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
