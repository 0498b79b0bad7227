// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.point.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.crypto.api.CryptoService;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.merchant.api.Batch;
import org.porto.merchant.api.MerchantCode;
import org.porto.merchant.api.MerchantPoint;
import org.porto.merchant.api.Purchase;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.DebitReceipt;
import org.porto.protocol.card.Signed;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.Purses;
import org.porto.tms.api.TmsChannel;
import org.porto.tms.api.TmsCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes purchases without a link: intent on record, debit, receipt on record; what is in doubt is asked at the next meeting. */
@Component(name = "org.porto.merchant.point", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PointConfig.class)
public final class OfflinePoint implements MerchantPoint {

    private static final Logger LOG = LoggerFactory.getLogger(OfflinePoint.class);
    static final String KEY = "merchant";
    private static final Duration READER_WAIT = Duration.ofSeconds(5);
    private static final long NUMBER_MAX = 0xFFFFFFFEL;
    private static final int LIST_MAX = 100_000;

    /** With these the card surely did nothing; any other refusal is asked about at the next meeting. */
    private static final Set<String> DONE_NOTHING = Set.of(
            PurseCode.FUNDS_SHORT.code(),
            PurseCode.CARD_BLOCKED.code(),
            PurseCode.COUNTER_END.code(),
            PurseCode.AMOUNT_LIMIT.code(),
            PurseCode.CURRENCY_WRONG.code());

    private final ReentrantLock till = new ReentrantLock();
    private final DeviceId device;
    private final Currency currency;
    private final SaleBook book;
    private final Submission submission;
    private final CardReaders readers;
    private final Purses purses;
    private final TmsChannel channel;
    private final KeyService keys;
    private final InstantSource time;

    @Activate
    public OfflinePoint(
            PointConfig config,
            @Reference Journals journals,
            @Reference CardReaders readers,
            @Reference Purses purses,
            @Reference TmsChannel channel,
            @Reference KeyService keys,
            @Reference CryptoService crypto,
            @Reference InstantSource time)
            throws RefusedException, IOException {
        this(
                DeviceId.parse(config.device()),
                Currency.getInstance(config.currency()),
                new SaleBook(journals, file(config.directory())),
                readers,
                purses,
                channel,
                keys,
                crypto,
                time);
    }

    OfflinePoint(
            DeviceId device,
            Currency currency,
            SaleBook book,
            CardReaders readers,
            Purses purses,
            TmsChannel channel,
            KeyService keys,
            CryptoService crypto,
            InstantSource time) {
        this.device = device;
        this.currency = currency;
        this.book = book;
        this.submission = new Submission(book, channel, crypto);
        this.readers = readers;
        this.purses = purses;
        this.channel = channel;
        this.keys = keys;
        this.time = time;
    }

    private static Path file(String directory) throws IOException {
        if (directory == null || directory.isBlank()) {
            throw new IllegalArgumentException("directory is missing");
        }
        return Files.createDirectories(Path.of(directory)).resolve("purchases.journal");
    }

    @Deactivate
    void close() {
        till.lock();
        try {
            book.close();
        } finally {
            till.unlock();
        }
    }

    @Override
    public DeviceId merchant() {
        return device;
    }

    @Override
    public Currency currency() {
        return currency;
    }

    @Override
    public boolean enrolled() {
        return keys.certificate(KEY).isPresent();
    }

    @Override
    public void enrol(String enrolmentCode) throws RefusedException, UncertainException {
        if (enrolled()) {
            throw new RefusedException(TmsCode.ALREADY_ENROLLED, device.value());
        }
        channel.enrol(KEY, device, "MERCHANT", enrolmentCode);
        fetchKeys();
    }

    @Override
    public Purchase purchase(TransactionId transaction, Money amount, String reader)
            throws RefusedException, UncertainException {
        till.lock();
        try {
            ready();
            if (amount.isZero() || !amount.currency().equals(currency)) {
                throw new RefusedException(MerchantCode.AMOUNT_NOT_ALLOWED, amount.toString());
            }
            Optional<Sale> known = answered(transaction, amount);
            if (known.isPresent()) {
                return known.get().told();
            }
            try (CardClaim claim = readers.claim(reader, READER_WAIT);
                    PurseSession session = session(claim)) {
                resolve(session);
                known = answered(transaction, amount);
                if (known.isPresent()) {
                    return known.get().told();
                }
                if (book.find(transaction).filter(sale -> sale.state == Sale.State.OPEN).isPresent()) {
                    throw new UncertainException(
                            MerchantCode.PURCHASE_OPEN, transaction, "with another card, or out of its log", null);
                }
                return pay(session, transaction, amount).told();
            }
        } finally {
            till.unlock();
        }
    }

    /** What was paid under this id. An attempt that surely moved nothing may be made again. */
    private Optional<Sale> answered(TransactionId transaction, Money amount) throws RefusedException {
        Optional<Sale> sale = book.find(transaction);
        if (sale.isPresent() && sale.get().amountMils != amount.mils()) {
            throw new RefusedException(MerchantCode.ID_TAKEN, transaction.value());
        }
        return sale.filter(known -> known.state != Sale.State.OPEN && known.state != Sale.State.NOT_PAID);
    }

    private Sale pay(PurseSession session, TransactionId transaction, Money amount)
            throws RefusedException, UncertainException {
        long number = book.nextNumber();
        if (number > NUMBER_MAX) {
            throw new RefusedException(PurseCode.COUNTER_END, "merchant point");
        }
        Sale sale = new Sale(
                transaction,
                number,
                session.card(),
                amount.mils(),
                time.instant(),
                session.statusAtOpening().cardTransaction());
        book.intend(sale);
        byte[] receipt;
        try {
            receipt = session.debit(new DebitOrder(transaction, amount, number, CardDays.of(today())));
        } catch (RefusedException e) {
            if (DONE_NOTHING.contains(e.code())) {
                book.notPaid(sale);
                throw e;
            }
            throw new UncertainException(MerchantCode.PURCHASE_OPEN, transaction, e.getMessage(), e);
        } catch (UncertainException e) {
            throw new UncertainException(MerchantCode.PURCHASE_OPEN, transaction, e.getMessage(), e);
        }
        try {
            check(receipt, sale);
            book.paid(sale, receipt);
        } catch (RefusedException e) {
            throw new UncertainException(MerchantCode.PURCHASE_OPEN, transaction, e.getMessage(), e);
        }
        return book.sale(number);
    }

    @Override
    public List<Purchase> resolve(String reader) throws RefusedException, UncertainException {
        till.lock();
        try {
            ready();
            try (CardClaim claim = readers.claim(reader, READER_WAIT);
                    PurseSession session = session(claim)) {
                return resolve(session).stream().map(Sale::told).toList();
            }
        } finally {
            till.unlock();
        }
    }

    private List<Sale> resolve(PurseSession session) throws RefusedException {
        List<Sale> ended = new ArrayList<>();
        for (Sale sale : book.open(session.card())) {
            Optional<byte[]> receipt;
            try {
                receipt = session.proveDebit(sale.number, sale.cardTransactionBefore);
            } catch (RefusedException e) {
                if (e.code().equals(PurseCode.LOG_SHORT.code())) {
                    // Stays open, for the data centre to decide; other purchases must not wait for it.
                    continue;
                }
                throw e;
            }
            if (receipt.isPresent()) {
                check(receipt.get(), sale);
                book.paid(sale, receipt.get());
            } else {
                book.notPaid(sale);
            }
            ended.add(book.sale(sale.number));
        }
        return ended;
    }

    private void check(byte[] encoded, Sale sale) throws RefusedException {
        try {
            DebitReceipt receipt = DebitReceipt.parse(Signed.split(encoded, DebitReceipt.BYTES).body());
            if (receipt.kind() != DebitReceipt.DEBIT
                    || receipt.peerRole() != CardCertificate.ROLE_MERCHANT
                    || receipt.peerTransaction() != sale.number
                    || receipt.amountMils() != sale.amountMils
                    || receipt.currencyNumeric() != currency.getNumericCode()
                    || !Arrays.equals(receipt.cardId(), sale.card.bytes())
                    || !Arrays.equals(receipt.peerId(), device.bytes())) {
                throw new RefusedException(PurseCode.PROTOCOL, "receipt is for another debit");
            }
        } catch (CardRecordException e) {
            throw new RefusedException(PurseCode.PROTOCOL, e.getMessage(), e);
        }
    }

    private PurseSession session(CardClaim claim) throws RefusedException {
        PeerCredentials self =
                new PeerCredentials(channel.cardCertificates(KEY), keys.signingKey(KEY), channel.issuerKeys(KEY));
        return purses.openCertified(claim, self, today());
    }

    @Override
    public List<Purchase> purchases(int max) throws RefusedException {
        if (max < 1 || max > LIST_MAX) {
            throw new IllegalArgumentException("max is 1 to " + LIST_MAX + ", not " + max);
        }
        till.lock();
        try {
            book.ready();
            return book.newestFirst().stream().limit(max).map(Sale::told).toList();
        } finally {
            till.unlock();
        }
    }

    @Override
    public Batch submit() throws RefusedException, UncertainException {
        till.lock();
        try {
            ready();
            fetchKeys();
            return submission.submit();
        } finally {
            till.unlock();
        }
    }

    @Override
    public List<Batch> batches() throws RefusedException {
        till.lock();
        try {
            book.ready();
            return book.batchesNewestFirst().stream().map(SaleBook.Sent::told).toList();
        } finally {
            till.unlock();
        }
    }

    /** Rule S4. Without it the point goes on with the keys that it has. */
    private void fetchKeys() {
        try {
            channel.refreshKeys(KEY);
        } catch (RefusedException | UncertainException e) {
            LOG.warn("{}: keys for cards are not renewed: {}", e.code(), e.getMessage());
        }
    }

    private void ready() throws RefusedException {
        if (!enrolled()) {
            throw new RefusedException(MerchantCode.NOT_ENROLLED, device.value());
        }
        book.ready();
    }

    private LocalDate today() {
        return LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);
    }
}
