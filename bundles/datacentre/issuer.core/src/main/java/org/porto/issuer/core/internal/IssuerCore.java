// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.card.drawer.api.CardDrawer;
import org.porto.crypto.api.CertificateInfo;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.CertificateService;
import org.porto.crypto.api.CryptoCode;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.issuer.api.CardInfo;
import org.porto.issuer.api.CardKey;
import org.porto.issuer.api.CardKeyOrder;
import org.porto.issuer.api.CardKeyVersion;
import org.porto.issuer.api.CardKeys;
import org.porto.issuer.api.DeviceInfo;
import org.porto.issuer.api.Enrolment;
import org.porto.issuer.api.Issuer;
import org.porto.issuer.api.IssuerCode;
import org.porto.issuer.api.PairingInfo;
import org.porto.journal.api.Journal;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardOrder;
import org.porto.purse.api.Personalisation;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.Purses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The issuer over a journal. One lock for the books; a second, taken first, for the card reader. */
@Component(name = "org.porto.issuer.core", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = IssuerConfig.class)
public final class IssuerCore implements Issuer, CardKeys {

    private static final Logger LOG = LoggerFactory.getLogger(IssuerCore.class);
    static final String LIST_KEY = "lists";
    private static final Pattern IBAN = Pattern.compile("|[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}");
    private static final int NAME_CHARACTERS_MAX = 128;
    private static final int SECRET_BYTES = 16;
    private static final int PAIRING_DAYS = 3652;

    private final Journal journal;
    private final IssuerBook book;
    private final Authority authority;
    private final EnrolmentCode codes;
    private final KeyRoll keyRoll;
    private final Personaliser personaliser;
    private final KeyService keys;
    private final CryptoService crypto;
    private final Object readerLock = new Object();

    @Activate
    public IssuerCore(
            IssuerConfig config,
            @Reference Journals journals,
            @Reference KeyService keys,
            @Reference CryptoService crypto,
            @Reference CertificateService certificates,
            @Reference InstantSource time,
            @Reference CardReaders readers,
            @Reference CardDrawer drawer,
            @Reference Purses purses)
            throws RefusedException {
        this(
                journals,
                Path.of(config.directory()),
                Path.of(config.export_directory()),
                DeviceId.parse(config.serial()),
                config.issuer_name(),
                keys,
                crypto,
                certificates,
                time,
                readers,
                drawer,
                purses);
        Currency.getInstance(config.currency());
    }

    IssuerCore(
            Journals journals,
            Path directory,
            Path exports,
            DeviceId serial,
            String name,
            KeyService keys,
            CryptoService crypto,
            CertificateService certificates,
            InstantSource time,
            CardReaders readers,
            CardDrawer drawer,
            Purses purses)
            throws RefusedException {
        if (name.isBlank() || name.length() > 64) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, "issuer.name has 1 to 64 characters");
        }
        this.keys = keys;
        this.crypto = crypto;
        this.authority = new Authority(keys, certificates, time, name, serial);
        this.codes = new EnrolmentCode(crypto, keys);
        this.personaliser = new Personaliser(readers, drawer, purses, keys, authority);
        authority.export(exports);
        this.journal = journals.open(folder(directory).resolve("issuer.journal"));
        this.book = opened(journal);
        this.keyRoll = new KeyRoll(book, authority, new OrderSealer(crypto), keys, crypto);
        catchUp();
    }

    /** What a roll-over that was cut off left undone. */
    private void catchUp() throws RefusedException {
        boolean done = false;
        try {
            for (Card card : book.cards()) {
                keyRoll.catchUp(card);
            }
            done = true;
        } finally {
            if (!done) {
                journal.close();
            }
        }
    }

    private static Path folder(Path directory) throws RefusedException {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new RefusedException(IssuerCode.STORE_UNREADABLE, directory + " cannot be made", e);
        }
    }

    private static IssuerBook opened(Journal journal) throws RefusedException {
        boolean done = false;
        try {
            IssuerBook book = new IssuerBook(journal);
            done = true;
            return book;
        } finally {
            if (!done) {
                journal.close();
            }
        }
    }

    @Deactivate
    synchronized void close() {
        journal.close();
    }

    @Override
    public byte[] issuerCertificate() {
        return authority.root();
    }

    @Override
    public byte[] datacentreCertificate() {
        return authority.datacentreCertificate();
    }

    @Override
    public synchronized void customer(CustomerId customer, String name) throws RefusedException {
        if (name == null || name.isBlank() || name.length() > NAME_CHARACTERS_MAX) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, "name has 1 to " + NAME_CHARACTERS_MAX + " characters");
        }
        if (!book.customer(customer).equals(Optional.of(name))) {
            book.putCustomer(customer, name);
        }
    }

    @Override
    public synchronized List<CustomerId> customers() {
        return book.customers();
    }

    @Override
    public synchronized String register(DeviceId device, CertificateRole role, CustomerId customer, String payoutIban)
            throws RefusedException {
        if (role != CertificateRole.METER && role != CertificateRole.MERCHANT) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, "a device is METER or MERCHANT, not " + role);
        }
        if (!IBAN.matcher(payoutIban).matches() || (role == CertificateRole.METER && !payoutIban.isEmpty())) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, "payout IBAN");
        }
        knownCustomer(customer);
        Optional<Device> known = book.device(device);
        if (known.isPresent()) {
            Device there = known.get();
            boolean same = there.role() == role
                    && there.customer().equals(customer)
                    && there.payoutIban().equals(payoutIban);
            if (there.enrolled() || !same) {
                throw new RefusedException(
                        IssuerCode.DEVICE_EXISTS, device + (there.enrolled() ? " is enrolled" : " is registered otherwise"));
            }
            if (!there.codeBurnt()) {
                return codes.text(device, there.wrappedCode());
            }
            // too many wrong tries ended the old code for good; an operator may make a fresh one
        }
        byte[] wrapped = codes.wrappedNew(device);
        byte[] none = new byte[0];
        book.putDevice(new Device(device, role, customer, payoutIban, wrapped, 0, none, none, none));
        LOG.info("registered {} {} of {}", role, device, customer);
        return codes.text(device, wrapped);
    }

    @Override
    public synchronized Enrolment enrol(DeviceId device, CertificateRole role, String code, byte[] publicKey)
            throws RefusedException {
        Device known = book.device(device)
                .orElseThrow(() -> new RefusedException(IssuerCode.DEVICE_UNKNOWN, device.toString()));
        if (!known.enrolled() && known.codeBurnt()) {
            throw new RefusedException(IssuerCode.CODE_WRONG, "too many wrong tries; register the device again");
        }
        if (!codes.matches(device, known.wrappedCode(), code)) {
            if (!known.enrolled()) {
                book.putAttempt(device);
                LOG.warn("ISS-003 wrong enrolment code for {}, try {}", device, known.failedAttempts() + 1);
            }
            throw new RefusedException(IssuerCode.CODE_WRONG, device.toString());
        }
        if (known.role() != role) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, device + " is registered as " + known.role());
        }
        if (known.enrolled()) {
            if (!Arrays.equals(known.publicKey(), publicKey)) {
                throw new RefusedException(IssuerCode.KEY_CHANGED, device.toString());
            }
            return enrolment(known);
        }
        byte[] point = EcEncodings.point(publicKey);
        int cardRole = role == CertificateRole.METER ? CardCertificate.ROLE_METER : CardCertificate.ROLE_MERCHANT;
        byte[] certificate = authority.certify(publicKey, device.value(), role);
        // by the root's key, which the device has pinned; those by later keys come with the set of keys
        byte[] forCards = authority.cardCertificate(Authority.ROOT_VERSION, cardRole, device.bytes(), point);
        book.putEnrolled(device, publicKey, certificate, forCards);
        LOG.info("enrolled {} {}", role, device);
        return enrolment(book.device(device).orElseThrow());
    }

    private Enrolment enrolment(Device device) throws RefusedException {
        return new Enrolment(
                device.info(),
                device.certificate().clone(),
                device.cardCertificate().clone(),
                authority.root(),
                keys.signingKey(LIST_KEY).publicKey());
    }

    @Override
    public synchronized DeviceInfo authenticate(byte[] certificate) throws RefusedException {
        CertificateInfo info = authority.validate(certificate);
        DeviceId id;
        try {
            id = DeviceId.parse(info.subject());
        } catch (RefusedException e) {
            throw new RefusedException(CryptoCode.CERTIFICATE_INVALID, "subject is no device", e);
        }
        Device device = book.device(id).orElseThrow(() -> new RefusedException(IssuerCode.REVOKED, id + " is unknown"));
        if (!device.enrolled() || device.role() != info.role() || !Arrays.equals(device.certificate(), certificate)) {
            throw new RefusedException(IssuerCode.REVOKED, id + " has another certificate in force");
        }
        return device.info();
    }

    @Override
    public synchronized Optional<DeviceInfo> device(DeviceId device) {
        return book.device(device).map(Device::info);
    }

    @Override
    public synchronized List<DeviceInfo> devices() {
        return book.devices().stream().map(Device::info).toList();
    }

    @Override
    public CardInfo issueCard(String label, CustomerId customer, Money balanceMax, Money transactionMax, char[] pin)
            throws RefusedException, UncertainException {
        checkCard(balanceMax, transactionMax, pin);
        synchronized (readerLock) {
            knownCustomer(customer);
            Optional<Card> earlier = cardByLabel(label);
            if (earlier.isPresent() && earlier.get().issued()) {
                throw new RefusedException(IssuerCode.CARD_EXISTS, "'" + label + "' is card " + earlier.get().id());
            }
            try (CardClaim claim = personaliser.claim(label)) {
                if (!personaliser.blank(claim)) {
                    return finished(claim, label, earlier, customer);
                }
                try (Personalisation blank = personaliser.open(claim, label)) {
                    byte[] point = Personaliser.point(blank.generateKey());
                    Card card = intent(label, earlier, point, customer, balanceMax, transactionMax);
                    complete(blank, card, pin);
                    return issued(card.id());
                }
            }
        }
    }

    private static void checkCard(Money balanceMax, Money transactionMax, char[] pin) throws RefusedException {
        if (!balanceMax.currency().equals(transactionMax.currency())
                || balanceMax.mils() < 1
                || transactionMax.mils() < 1
                || transactionMax.mils() > balanceMax.mils()) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, "limits of the card");
        }
        boolean digits = pin.length >= 4 && pin.length <= 8;
        for (char c : pin) {
            digits &= c >= '0' && c <= '9';
        }
        if (!digits) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, "a PIN has 4 to 8 digits");
        }
    }

    /** The card is operational: it was completed before, and only our record of that is missing, if it is ours at all. */
    private CardInfo finished(CardClaim claim, String label, Optional<Card> earlier, CustomerId customer)
            throws RefusedException {
        if (earlier.isEmpty() || !personaliser.recognise(claim).equals(earlier.get().id())) {
            throw new RefusedException(IssuerCode.CARD_EXISTS, "card '" + label + "' is not blank and not ours to finish");
        }
        CardInfo info = issued(earlier.get().id());
        if (!info.customer().equals(customer)) {
            throw new RefusedException(IssuerCode.CARD_EXISTS, "'" + label + "' was issued to " + info.customer());
        }
        return info;
    }

    private synchronized Card intent(
            String label, Optional<Card> earlier, byte[] point, CustomerId customer, Money balanceMax, Money transactionMax)
            throws RefusedException {
        boolean again = earlier.isPresent() && Arrays.equals(earlier.get().point(), point);
        CardId id = again ? earlier.get().id() : freshCardId();
        byte[] tag = Arrays.copyOf(crypto.sha256("PORTO-ROUTE".getBytes(StandardCharsets.US_ASCII), point), 8);
        Card card = new Card(
                id,
                customer,
                label,
                balanceMax.currency().getCurrencyCode(),
                balanceMax.mils(),
                transactionMax.mils(),
                tag,
                point,
                again
                        ? earlier.get().certificate()
                        : authority.cardCertificate(
                                keyRoll.newest(CardKey.ISSUER), CardCertificate.ROLE_CARD, id.bytes(), point),
                again ? earlier.get().orderKeyVersion() : keyRoll.newest(CardKey.ORDERS),
                false);
        book.putCardIntent(card);
        return card;
    }

    private CardId freshCardId() {
        CardId id = CardId.of(crypto.random(CardId.BYTES));
        while (book.cardIdTaken(id)) {
            id = CardId.of(crypto.random(CardId.BYTES));
        }
        return id;
    }

    private void complete(Personalisation blank, Card card, char[] pin) throws RefusedException, UncertainException {
        try {
            blank.complete(personaliser.profile(card, KeyRoll.ORDER_KEY), pin);
        } catch (RefusedException e) {
            if (e.code().equals(PurseCode.REPLY_LOST.code()) || e.code().equals(PurseCode.SESSION_DEAD.code())) {
                byte[] handle = Arrays.copyOf(crypto.sha256(card.id().bytes(), card.point()), TransactionId.BYTES);
                throw new UncertainException(
                        IssuerCode.CARD_UNCERTAIN, TransactionId.of(handle), "'" + card.label() + "'", e);
            }
            throw e;
        }
    }

    private synchronized CardInfo issued(CardId card) throws RefusedException {
        book.putCardIssued(card);
        keyRoll.catchUp(book.card(card).orElseThrow()); // it may have been begun before a roll-over
        CardInfo info = book.card(card).orElseThrow().info();
        LOG.info("issued card {} '{}' to {}", card, info.label(), info.customer());
        return info;
    }

    private synchronized Optional<Card> cardByLabel(String label) {
        return book.cardByLabel(label);
    }

    @Override
    public synchronized Optional<CardInfo> card(CardId card) {
        return book.card(card).map(Card::info);
    }

    @Override
    public synchronized List<CardInfo> cards() {
        return book.cards().stream().map(Card::info).toList();
    }

    @Override
    public synchronized PairingInfo pair(DeviceId meter, CardId card, Money transferMax) throws RefusedException {
        Device device =
                book.device(meter).orElseThrow(() -> new RefusedException(IssuerCode.DEVICE_UNKNOWN, meter.toString()));
        Card known = knownCard(card);
        if (device.role() != CertificateRole.METER
                || transferMax.mils() < 1
                || !transferMax.currency().getCurrencyCode().equals(known.currency())) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, "pairing of " + device.role() + ", most " + transferMax);
        }
        Optional<Pairing> there = book.pairing(meter, card);
        if (there.isPresent()) {
            if (there.get().transferMilsMax() != transferMax.mils()) {
                throw new RefusedException(IssuerCode.PAIRING_EXISTS, meter + " and " + card + " with another limit");
            }
            return info(there.get());
        }
        byte[] secret = crypto.random(SECRET_BYTES);
        try (SecretBytes kept = SecretBytes.copyOf(secret)) {
            byte[] envelope = pairingOrder(meter, card, kept, transferMax.mils());
            book.putPairing(
                    new Pairing(meter, card, keys.wrap(context(meter, card), kept), transferMax.mils(), envelope));
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
        LOG.info("paired {} with {}", meter, card);
        return info(book.pairing(meter, card).orElseThrow());
    }

    @Override
    public synchronized List<PairingInfo> pairings(DeviceId meter) throws RefusedException {
        List<PairingInfo> all = new ArrayList<>();
        for (Pairing pairing : book.pairings(meter)) {
            all.add(info(pairing));
        }
        return List.copyOf(all);
    }

    private PairingInfo info(Pairing pairing) throws RefusedException {
        return new PairingInfo(
                pairing.meter(),
                pairing.card(),
                keys.unwrap(context(pairing.meter(), pairing.card()), pairing.wrappedSecret()),
                pairing.transferMilsMax(),
                pairing.envelope().clone());
    }

    private static String context(DeviceId meter, CardId card) {
        return "pairing:" + meter + ":" + card;
    }

    @Override
    public synchronized SealedOrder seal(CardId card, int kind, byte[] authorisationId, int notAfterDay, byte[] detail)
            throws RefusedException {
        Card known = knownCard(card);
        if (authorisationId.length != TransactionId.BYTES
                || detail.length != CardOrder.detailBytes(kind)
                || notAfterDay < 0
                || notAfterDay > 0xFFFF) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, "order of kind " + kind);
        }
        return keyRoll.seal(known, kind, authorisationId, notAfterDay, detail);
    }

    @Override
    public void roll(CardKey key, int version) throws RefusedException {
        List<CardId> cards;
        synchronized (this) {
            keyRoll.roll(key, version);
            cards = keyRoll.cards();
        }
        LOG.info("key {} is at version {}", key.text(), version);
        for (CardId card : cards) { // the lock is free between two cards: there may be many
            synchronized (this) {
                keyRoll.catchUp(knownCard(card));
            }
        }
    }

    @Override
    public synchronized List<CardKeyVersion> versions() throws RefusedException {
        return keyRoll.versions();
    }

    @Override
    public synchronized List<CardKeyOrder> orders() {
        return book.keyBook().waiting();
    }

    @Override
    public synchronized long changes() {
        return book.keyBook().changes();
    }

    @Override
    public synchronized int orderKeyVersion(CardId card) throws RefusedException {
        return keyRoll.held(knownCard(card), CardKey.ORDERS);
    }

    @Override
    public synchronized boolean receipt(CardId card, TransactionId order, int result) throws RefusedException {
        boolean moved = keyRoll.receipt(knownCard(card), order, result);
        if (moved) {
            LOG.info("card {} has rolled a key over: order {}", card, order);
            pairAnew(card);
        }
        return moved;
    }

    /** A pairing that still waits at its meter is behind what the card has obeyed since: the same secret, under a later order. */
    private void pairAnew(CardId card) throws RefusedException {
        for (Pairing there : book.pairingsOf(card)) {
            try (SecretBytes secret = keys.unwrap(context(there.meter(), card), there.wrappedSecret())) {
                byte[] envelope = pairingOrder(there.meter(), card, secret, there.transferMilsMax());
                book.putPairing(new Pairing(there.meter(), card, there.wrappedSecret(), there.transferMilsMax(), envelope));
            }
        }
    }

    private byte[] pairingOrder(DeviceId meter, CardId card, SecretBytes secret, long transferMilsMax) throws RefusedException {
        byte[] plain = secret.expose(SecretAccess.insecureSecretAccess());
        byte[] detail = CardOrder.pairingDetail(meter.bytes(), plain, transferMilsMax);
        try {
            byte[] id = crypto.random(TransactionId.BYTES);
            return seal(card, CardOrder.PAIRING, id, authority.lastDay(PAIRING_DAYS), detail).envelope();
        } finally {
            Arrays.fill(plain, (byte) 0);
            Arrays.fill(detail, (byte) 0);
        }
    }

    @Override
    public synchronized long setNumber() throws RefusedException {
        return keyRoll.setNumber();
    }

    @Override
    public synchronized byte[] set() throws RefusedException {
        return keyRoll.set();
    }

    @Override
    public synchronized List<byte[]> certificates(DeviceId device) throws RefusedException {
        Device known = book.device(device)
                .filter(Device::enrolled)
                .orElseThrow(() -> new RefusedException(IssuerCode.DEVICE_UNKNOWN, device.toString()));
        int role = known.role() == CertificateRole.METER ? CardCertificate.ROLE_METER : CardCertificate.ROLE_MERCHANT;
        List<byte[]> shown = new ArrayList<>();
        for (int version : keyRoll.shown()) {
            shown.add(version == Authority.ROOT_VERSION
                    ? known.cardCertificate().clone()
                    : authority.cardCertificate(version, role, device.bytes(), EcEncodings.point(known.publicKey())));
        }
        return shown;
    }

    @Override
    public boolean signedBy(CardId card, byte[] body, byte[] derSignature) throws RefusedException {
        byte[] publicKey;
        synchronized (this) {
            publicKey = EcEncodings.publicKey(knownCard(card).point());
        }
        byte[] raw;
        try {
            raw = EcEncodings.rawSignature(derSignature);
        } catch (RefusedException e) {
            LOG.warn("{} for card {}", e.getMessage(), card);
            return false;
        }
        return crypto.verify(publicKey, raw, body);
    }

    private synchronized void knownCustomer(CustomerId customer) throws RefusedException {
        if (book.customer(customer).isEmpty()) {
            throw new RefusedException(IssuerCode.CUSTOMER_UNKNOWN, customer.toString());
        }
    }

    private Card knownCard(CardId card) throws RefusedException {
        return book.card(card).orElseThrow(() -> new RefusedException(IssuerCode.CARD_UNKNOWN, card.toString()));
    }
}
