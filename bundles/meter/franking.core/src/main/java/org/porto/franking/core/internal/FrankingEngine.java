// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.FrankedPiece;
import org.porto.franking.api.FrankingCode;
import org.porto.franking.api.FrankingService;
import org.porto.franking.api.PaymentSource;
import org.porto.franking.api.Spoil;
import org.porto.indicium.api.IndiciumCode;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.IndiciumSigner;
import org.porto.indicium.api.SignedIndicium;
import org.porto.journal.api.Journals;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.print.api.PrintCode;
import org.porto.print.api.PrinterInfo;
import org.porto.print.api.Printers;
import org.porto.print.spi.Medium;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.DebitReceipt;
import org.porto.protocol.card.Signed;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.PurseCode;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.RegisterVault;
import org.porto.register.api.Registers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Debit, sign, journal, print, journal (rule F1). A piece is printed at most once, in the call that made its debit certain;
 * whatever is found debited without a printed record later becomes a spoil.
 */
final class FrankingEngine implements FrankingService, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FrankingEngine.class);
    private static final Pattern MAIL_CLASS = Pattern.compile("[a-z0-9-]{1,32}");
    private static final int RECIPIENT_CHARACTERS_MAX = 80;
    private static final int LOG_CHUNK = 1000;
    private static final long PEER_TRANSACTION_MAX = 0xFFFFFFFEL;
    /** The card surely did nothing (purse api, {@code debit}). */
    private static final Set<String> CARD_DID_NOTHING = Set.of(
            PurseCode.FUNDS_SHORT.code(),
            PurseCode.CARD_BLOCKED.code(),
            PurseCode.COUNTER_END.code(),
            PurseCode.AMOUNT_LIMIT.code(),
            PurseCode.CURRENCY_WRONG.code());

    private final Journals journals;
    private final Path file;
    private final RegisterVault vault;
    private final IndiciumSigner signer;
    private final Printers printers;
    private final MeterIdentity meter;
    private final CardDesk cards;
    private final PageLayout layout;
    private final InstantSource time;
    private final ZoneId zone;
    private final ReentrantLock lock = new ReentrantLock(true);

    private PieceBook book;
    /** A piece whose act was begun and whose outcome is not in the book yet. */
    private Optional<TransactionId> suspect = Optional.empty();
    /** What the printer of the last preflight had loaded. */
    private Optional<Medium> loaded = Optional.empty();

    FrankingEngine(
            Journals journals,
            Path file,
            RegisterVault vault,
            IndiciumSigner signer,
            Printers printers,
            MeterIdentity meter,
            CardDesk cards,
            PageLayout layout,
            InstantSource time,
            ZoneId zone)
            throws RefusedException {
        this.journals = journals;
        this.file = file;
        this.vault = vault;
        this.signer = signer;
        this.printers = printers;
        this.meter = meter;
        this.cards = cards;
        this.layout = layout;
        this.time = time;
        this.zone = zone;
        this.book = PieceBook.open(journals, file);
        boolean recovered = false;
        try {
            recover();
            recovered = true;
        } finally {
            if (!recovered) {
                book.close();
            }
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            book.close();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public FrankedPiece frank(FrankRequest request) throws RefusedException, UncertainException {
        check(request);
        lock.lock();
        try {
            settle();
            Optional<Piece> known = known(request.transaction());
            // A spoil found in the register log has no contents on record; it is refused below by what it is.
            if (known.isPresent()
                    && known.get().digest.length > 0
                    && !Arrays.equals(known.get().digest, PieceBook.digest(request))) {
                throw new RefusedException(FrankingCode.ID_TAKEN, request.transaction().value());
            }
            if (known.isPresent() && known.get().printed) {
                return known.get().answer();
            }
            if (known.isPresent() && known.get().spoil != null) {
                throw new RefusedException(FrankingCode.PRINT_SPOILED, known.get().spoil.reason());
            }
            suspect = Optional.of(request.transaction());
            FrankedPiece piece = request.source() == PaymentSource.CARD ? byCard(request, known) : byRegisters(request);
            suspect = Optional.empty();
            return piece;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Spoil> spoils() throws RefusedException {
        return readable().spoils();
    }

    @Override
    public List<byte[]> unacknowledgedReceipts() throws RefusedException {
        return readable().receipts();
    }

    @Override
    public void acknowledgeReceipts(Collection<String> digests) throws RefusedException {
        lock.lock();
        try {
            settle();
            book.acknowledged(digests);
        } finally {
            lock.unlock();
        }
    }

    private PieceBook readable() {
        lock.lock();
        try {
            return book;
        } finally {
            lock.unlock();
        }
    }

    private FrankedPiece byRegisters(FrankRequest request) throws RefusedException, UncertainException {
        preflight(request);
        RegisterRecord debit = vault.post(
                request.transaction(), new RegisterOperation.Frank(request.value().mils(), request.mailClass()));
        return finish(request, debit);
    }

    /** Rule F5. The card pays first; its receipt is on record before the registers take it in. */
    private FrankedPiece byCard(FrankRequest request, Optional<Piece> known) throws RefusedException, UncertainException {
        boolean open = known.isPresent() && known.get().payment == Piece.CardPayment.OPEN;
        if (known.isPresent() && known.get().payment == Piece.CardPayment.PAID) {
            throw new UncertainException(
                    FrankingCode.OUTCOME_OPEN, request.transaction(), "paid by card, registers do not take it in now", null);
        }
        LocalDate today = LocalDate.ofInstant(time.instant(), zone);
        if (!open) {
            preflight(request);
        }
        Piece paid;
        try (CardDesk.Visit visit = cards.open(today)) {
            resolve(visit, request.transaction());
            Piece mine = book.find(request.transaction()).orElse(new Piece(request.transaction()));
            if (mine.payment == Piece.CardPayment.OPEN) {
                throw new UncertainException(
                        FrankingCode.CARD_PAYMENT_OPEN,
                        request.transaction(),
                        "another card is in the reader, or the payment is out of its log",
                        null);
            }
            if (mine.payment != Piece.CardPayment.PAID) {
                if (open) {
                    preflight(request);
                }
                pay(visit, request, today);
            }
            paid = book.find(request.transaction()).orElseThrow(IllegalStateException::new);
        } catch (RefusedException e) {
            if (open && book.find(request.transaction()).map(p -> p.payment).orElse(Piece.CardPayment.NONE)
                    == Piece.CardPayment.OPEN) {
                throw new UncertainException(FrankingCode.CARD_PAYMENT_OPEN, request.transaction(), e.getMessage(), e);
            }
            throw e;
        }
        RegisterRecord debit;
        try {
            debit = bookCardPayment(paid);
        } catch (RefusedException e) {
            throw new UncertainException(FrankingCode.OUTCOME_OPEN, request.transaction(), e.getMessage(), e);
        }
        return finish(request, debit);
    }

    /** Asks the card about every payment of its own that is in doubt; pieces that are no longer wanted become spoils. */
    private void resolve(CardDesk.Visit visit, TransactionId wanted) throws RefusedException, UncertainException {
        List<Piece> inDoubt = book.unfinished().stream()
                .filter(p -> p.payment == Piece.CardPayment.OPEN && p.card.equals(visit.card()))
                .toList();
        for (Piece piece : inDoubt) {
            Optional<byte[]> receipt;
            try {
                receipt = visit.session().proveDebit(piece.peerTransaction, piece.cardTransactionBefore);
            } catch (RefusedException e) {
                if (e.code().equals(PurseCode.LOG_SHORT.code())) {
                    // Open for good as far as card and meter know; other pieces must not wait for it.
                    LOG.warn("Card {} cannot tell about piece {}", piece.card, piece.transaction, e);
                    continue;
                }
                throw e;
            }
            if (receipt.isEmpty()) {
                book.cardClosed(piece.transaction);
                LOG.info("Card {} never paid piece {}", piece.card, piece.transaction);
                continue;
            }
            checkReceipt(piece, receipt.get());
            book.cardReceipt(piece.transaction, receipt.get());
            LOG.warn("Card {} had paid piece {}", piece.card, piece.transaction);
            if (!piece.transaction.equals(wanted)) {
                settleOne(piece.transaction, "paid by card, not printed");
            }
        }
    }

    private void pay(CardDesk.Visit visit, FrankRequest request, LocalDate today) throws RefusedException, UncertainException {
        long number = book.nextPeerTransaction();
        if (number > PEER_TRANSACTION_MAX) {
            throw new RefusedException(FrankingCode.NOT_READY, "transaction numbers towards cards are used up");
        }
        book.cardIntent(request, visit.card(), number, visit.session().statusAtOpening().cardTransaction());
        byte[] receipt;
        try {
            receipt = visit.session()
                    .debit(new DebitOrder(request.transaction(), request.value(), number, CardDays.of(today)));
        } catch (RefusedException e) {
            if (!CARD_DID_NOTHING.contains(e.code())) {
                throw new UncertainException(FrankingCode.CARD_PAYMENT_OPEN, request.transaction(), e.getMessage(), e);
            }
            book.cardClosed(request.transaction());
            throw e;
        } catch (UncertainException e) {
            throw new UncertainException(FrankingCode.CARD_PAYMENT_OPEN, request.transaction(), e.getMessage(), e);
        }
        checkReceipt(book.find(request.transaction()).orElseThrow(IllegalStateException::new), receipt);
        book.cardReceipt(request.transaction(), receipt);
    }

    /** The purse host has verified the signature; here it is compared with what was asked. */
    private void checkReceipt(Piece piece, byte[] encoded) throws UncertainException {
        try {
            DebitReceipt receipt = DebitReceipt.parse(Signed.split(encoded, DebitReceipt.BYTES).body());
            if (receipt.kind() == DebitReceipt.DEBIT
                    && Arrays.equals(receipt.cardId(), java.util.HexFormat.of().parseHex(piece.card))
                    && Arrays.equals(receipt.peerId(), meter.serial().bytes())
                    && receipt.peerTransaction() == piece.peerTransaction
                    && receipt.currencyNumeric() == piece.request.value().currency().getNumericCode()
                    && receipt.amountMils() == piece.request.value().mils()) {
                return;
            }
            throw new UncertainException(
                    FrankingCode.CARD_PAYMENT_OPEN, piece.transaction, "receipt is for another debit", null);
        } catch (CardRecordException e) {
            throw new UncertainException(FrankingCode.CARD_PAYMENT_OPEN, piece.transaction, e.getMessage(), e);
        }
    }

    private RegisterRecord bookCardPayment(Piece piece) throws RefusedException, UncertainException {
        return vault.post(
                piece.transaction,
                new RegisterOperation.FrankByCard(
                        piece.request.value().mils(), piece.request.mailClass(), piece.card));
    }

    /** From the debit on: every way out leaves a printed record or a spoil, or the suspect for {@link #settle}. */
    private FrankedPiece finish(FrankRequest request, RegisterRecord debit) throws RefusedException, UncertainException {
        IndiciumData data = new IndiciumData(
                meter.serial(),
                debit.after().pieceCount(),
                debit.after().ascending(),
                debit.after().descending(),
                request.value(),
                LocalDate.ofInstant(time.instant(), zone),
                request.mailClass());
        SignedIndicium signed;
        try {
            signed = signer.sign(request.profile(), data);
        } catch (RefusedException e) {
            throw spoil(debit, "not signed: " + e.getMessage(), e);
        }
        try {
            book.signed(request, debit, data, signed.bytes());
        } catch (RefusedException e) {
            throw new UncertainException(FrankingCode.OUTCOME_OPEN, request.transaction(), e.getMessage(), e);
        }
        List<String> outputs;
        try {
            outputs = printers.print(request.printer(), request.transaction(), layout.page(request, debit, signed, loaded));
        } catch (RefusedException e) {
            throw spoil(debit, "not printed: " + e.getMessage(), e);
        } catch (UncertainException e) {
            throw spoil(debit, "print uncertain: " + e.getMessage(), e);
        }
        try {
            book.printed(request.transaction(), outputs);
        } catch (RefusedException e) {
            throw new UncertainException(FrankingCode.OUTCOME_OPEN, request.transaction(), e.getMessage(), e);
        }
        return new FrankedPiece(request.transaction(), data, signed.bytes(), request.source(), outputs);
    }

    private RefusedException spoil(RegisterRecord debit, String reason, PortoException cause) throws UncertainException {
        try {
            book.spoiled(debit, reason);
        } catch (RefusedException e) {
            throw new UncertainException(FrankingCode.OUTCOME_OPEN, debit.transaction(), e.getMessage(), e);
        }
        suspect = Optional.empty();
        LOG.warn("{} piece {}: {}", FrankingCode.PRINT_SPOILED.code(), debit.after().pieceCount(), reason);
        return new RefusedException(FrankingCode.PRINT_SPOILED, reason, cause);
    }

    /** Nothing is debited for a piece that can be seen beforehand to fail. */
    private void preflight(FrankRequest request) throws RefusedException {
        if (!request.profile().isEmpty() && !signer.profiles().contains(request.profile())) {
            throw new RefusedException(IndiciumCode.PROFILE_MISSING, request.profile());
        }
        PrinterInfo printer = printers.choose(request.printer());
        loaded = printer.medium();
        if (printer.state().equals("quarantined")) {
            throw new RefusedException(PrintCode.DRIVER_QUARANTINED, printer.name());
        }
        if (printer.state().equals("stopped")) {
            throw new RefusedException(printer.stoppedBy(), printer.name() + " " + printer.stateReasons());
        }
        if (request.source() == PaymentSource.CARD) {
            Registers now = vault.registers();
            if (now.state() != MeterState.OPERATIONAL) {
                throw new RefusedException(RegisterCode.STATE_FORBIDS, now.state() + " " + now.lockReason());
            }
            if (!now.inspectionDeadline().equals(java.time.Instant.EPOCH)
                    && now.inspectionDeadline().isBefore(time.instant())) {
                throw new RefusedException(RegisterCode.INSPECTION_OVERDUE, now.inspectionDeadline().toString());
            }
            long mils = request.value().mils();
            if (mils < Math.max(1, now.limits().itemMilsMin()) || mils > now.limits().itemMilsMax()) {
                throw new RefusedException(RegisterCode.ITEM_LIMIT, request.value().toString());
            }
        }
    }

    private void check(FrankRequest request) throws RefusedException {
        if (!MAIL_CLASS.matcher(request.mailClass()).matches()) {
            throw new RefusedException(
                    FrankingCode.REQUEST_MALFORMED, "class '" + request.mailClass() + "' is not 1 to 32 of a-z 0-9 -");
        }
        if (request.recipient().length() > RECIPIENT_CHARACTERS_MAX
                || request.recipient().chars().anyMatch(Character::isISOControl)) {
            throw new RefusedException(
                    FrankingCode.REQUEST_MALFORMED, "recipient has more than 80 characters or control characters");
        }
        if (!request.value().currency().equals(meter.currency())) {
            throw new RefusedException(RegisterCode.CURRENCY_WRONG, request.value().toString());
        }
    }

    private Optional<Piece> known(TransactionId transaction) throws RefusedException {
        Optional<Piece> piece = book.find(transaction);
        if (piece.isPresent() || vault.find(transaction).isEmpty()) {
            return piece;
        }
        Optional<Piece> old = book.recall(transaction);
        if (old.isEmpty()) {
            throw new RefusedException(FrankingCode.ID_TAKEN, transaction + " is of another operation on the registers");
        }
        return old;
    }

    /** Brings book and vault together again after a call that ended in the middle. */
    private void settle() throws RefusedException {
        if (book.broken()) {
            book.close();
            book = PieceBook.open(journals, file);
            recover();
        } else {
            if (suspect.isPresent()) {
                settleOne(suspect.get(), "ended between debit and print");
            }
            for (Piece piece : book.unfinished()) {
                if (piece.payment == Piece.CardPayment.PAID) {
                    settleOne(piece.transaction, "paid by card, not printed");
                }
            }
        }
        suspect = Optional.empty();
    }

    /** Rule F1 after a crash: every debit without an outcome becomes a spoil. Card payments in doubt wait for their card. */
    private void recover() throws RefusedException {
        for (Piece piece : book.unfinished()) {
            settleOne(piece.transaction, "ended between debit and print");
        }
        List<RegisterRecord> unknown = new ArrayList<>();
        long from = book.registerSequence() + 1;
        List<RegisterRecord> chunk;
        do {
            chunk = vault.log(from, LOG_CHUNK);
            for (RegisterRecord record : chunk) {
                if (isDebit(record) && book.find(record.transaction()).isEmpty()) {
                    unknown.add(record);
                }
                from = Math.max(from, record.sequence() + 1);
            }
            if (unknown.size() > 1) {
                // One piece at a time: more than one means another journal than the one these pieces were franked with, and
                // to call printed pieces spoils would give value back for them.
                throw new RefusedException(
                        FrankingCode.JOURNAL_BEHIND, "no record of pieces since register record " + unknown.get(0).sequence());
            }
        } while (chunk.size() == LOG_CHUNK);
        for (RegisterRecord debit : unknown) {
            book.spoiled(debit, "ended between debit and print");
            LOG.warn("{} piece {} was debited and not printed", FrankingCode.PRINT_SPOILED.code(), debit.after().pieceCount());
        }
    }

    private void settleOne(TransactionId transaction, String reason) throws RefusedException {
        Optional<Piece> piece = book.find(transaction);
        if (piece.isPresent() && piece.get().finished()) {
            return;
        }
        Optional<RegisterRecord> debit = vault.find(transaction);
        if (debit.isEmpty() && piece.isPresent() && piece.get().payment == Piece.CardPayment.PAID) {
            try {
                debit = Optional.of(bookCardPayment(piece.get()));
            } catch (RefusedException | UncertainException e) {
                LOG.warn("Piece {} is paid by card {}, the registers do not take it in: {}",
                        transaction, piece.get().card, e.getMessage());
                return;
            }
        }
        if (debit.isPresent() && isDebit(debit.get())) {
            book.spoiled(debit.get(), reason);
            LOG.warn("{} piece {}: {}", FrankingCode.PRINT_SPOILED.code(), debit.get().after().pieceCount(), reason);
        }
    }

    private static boolean isDebit(RegisterRecord record) {
        return record.kind().equals("frank") || record.kind().equals("frank-by-card");
    }
}
