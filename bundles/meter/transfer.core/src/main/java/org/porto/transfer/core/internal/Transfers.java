// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.porto.card.api.CardChannel;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardRecordException;
import org.porto.purse.api.LoadOrder;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.Purses;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.Registers;
import org.porto.register.api.RegisterVault;
import org.porto.transfer.api.PairingOrder;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferCode;
import org.porto.transfer.api.TransferEvent;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferListener;
import org.porto.transfer.api.TransferProgress;
import org.porto.transfer.api.TransferRequest;
import org.porto.transfer.api.TransferService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** W figure 8, block by block (rule T1), plain Java. */
final class Transfers implements TransferService, AutoCloseable {

    /** What a certified session shows to a card. */
    interface Credentials {
        PeerCredentials get() throws RefusedException;
    }

    /** The parts that it works with. */
    record Parts(
            MeterIdentity meter,
            RegisterVault vault,
            Purses purses,
            CardReaders readers,
            InstantSource clock,
            Credentials credentials) {}

    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);
    private static final Duration CLAIM_WAIT = Duration.ofSeconds(10);
    private static final int LIST_MAX = 10_000;
    private static final Set<String> UNRECOGNISED = Set.of(
            PurseCode.RECOGNITION_FAILED.code(),
            PurseCode.CERTIFICATE_WRONG.code(),
            PurseCode.NOT_PAIRED.code(),
            TransferCode.NOT_PAIRED.code());
    private static final Set<String> RECOGNITION_OVER = Set.of(TransferCode.METER_BLOCKED.code(), PurseCode.CARD_BLOCKED.code());

    private final Parts parts;
    private final long feeMils;
    private final Limits limits;
    private final Orders orders;
    private final Trace trace;
    private final TransferBook book;
    private final Secrets secrets;
    private final Settlement settlement;
    private final RecognitionGuard guard;

    Transfers(
            Parts parts,
            long feeMils,
            long transferMilsMax,
            TransferBook book,
            Secrets secrets,
            Settlement settlement,
            RecognitionGuard guard) {
        this(
                parts,
                new Limits(feeMils, transferMilsMax, Long.MAX_VALUE, Long.MAX_VALUE),
                Optional.empty(),
                book,
                secrets,
                settlement,
                guard);
    }

    /** @param orders empty: no order of a data centre is taken */
    Transfers(
            Parts parts,
            Limits limits,
            Optional<Orders> orders,
            TransferBook book,
            Secrets secrets,
            Settlement settlement,
            RecognitionGuard guard) {
        this.parts = parts;
        this.feeMils = limits.feeMils();
        this.limits = limits;
        this.orders = orders.orElse(null);
        this.trace = settlement.trace();
        this.book = book;
        this.secrets = secrets;
        this.settlement = settlement;
        this.guard = guard;
    }

    /** What needs no card is settled at start already. */
    void recover() throws RefusedException, UncertainException {
        settlement.reconcile();
    }

    @Override
    public TransferInfo transfer(TransferRequest request, char[] pin, TransferProgress progress)
            throws RefusedException, UncertainException {
        if (!settlement.begin(request.transaction())) {
            throw new RefusedException(TransferCode.UNRESOLVED, "transfer " + request.transaction() + " is running");
        }
        try {
            settlement.reconcile();
            Optional<TransferInfo> repeated = repeated(request);
            if (repeated.isPresent()) {
                return repeated.get();
            }
            return inserted(request, pin, progress);
        } catch (RefusedException e) {
            refused(request.transaction(), e.code());
            throw e;
        } catch (UncertainException e) {
            if (trace.last(request.transaction()).filter(last -> !last.to().end()).isPresent()) {
                trace.reached(request.transaction(), Optional.empty(), TransferBlock.IN_DOUBT, e.code());
            }
            throw e;
        } finally {
            settlement.end(request.transaction());
        }
    }

    /** Blocks 112, 115 to 117: which exception handler of figure 8 it came to. */
    private void refused(TransactionId id, String code) {
        Optional<TransferBlock> last = trace.last(id).map(TransferEvent::to);
        if (last.isEmpty() || last.get().end() || !TransferBlock.REFUSED.after(last)) {
            return;
        }
        TransferBlock to = TransferBlock.REFUSED;
        if (last.get() == TransferBlock.INSERTED_110) {
            to = UNRECOGNISED.contains(code) ? TransferBlock.UNRECOGNISED_112 : to;
            to = RECOGNITION_OVER.contains(code) ? TransferBlock.RECOGNITION_BLOCKED_117 : to;
        } else if (last.get() == TransferBlock.RECOGNISED_111) {
            to = code.equals(PurseCode.PIN_WRONG.code()) ? TransferBlock.PIN_WRONG_115 : to;
            to = code.equals(PurseCode.PIN_BLOCKED.code()) ? TransferBlock.PIN_BLOCKED_116 : to;
        }
        trace.reached(id, Optional.empty(), to, code);
    }

    private void reached(TransferRequest request, Optional<CardId> card, TransferBlock block, TransferProgress progress) {
        trace.reached(request.transaction(), card, block, "");
        progress.reached(block);
    }

    /** The same id and contents bring the same answer (rule L2). */
    private Optional<TransferInfo> repeated(TransferRequest request) throws RefusedException, UncertainException {
        TransactionId id = request.transaction();
        Optional<Entry> known = book.entry(id);
        if (known.isEmpty()) {
            Optional<RegisterRecord> record = parts.vault().find(id);
            if (record.isPresent()) {
                throw new RefusedException(TransferCode.ID_TAKEN, id + " is register record " + record.get().sequence());
            }
            return Optional.empty();
        }
        Entry entry = known.get();
        if (entry.amountMils() != request.amount().mils() || !request.amount().currency().equals(parts.meter().currency())) {
            throw new RefusedException(TransferCode.ID_TAKEN, id + " moved " + entry.amountMils() + " mils");
        }
        if (entry.open()) {
            throw new UncertainException(TransferCode.IN_DOUBT, id, "card " + entry.card(), null);
        }
        return Optional.of(entry.info());
    }

    /** Block 110. */
    private TransferInfo inserted(TransferRequest request, char[] pin, TransferProgress progress)
            throws RefusedException, UncertainException {
        try (CardClaim claim = parts.readers().claim(request.reader(), CLAIM_WAIT)) {
            trace.begun(request.transaction(), request.amount().mils(), feeMils);
            progress.reached(TransferBlock.INSERTED_110);
            guard.check(claim.readerName());
            try (PurseSession session = meet(claim)) {
                return recognised(request, pin, progress, session);
            }
        }
    }

    /** Blocks 111 to 119: nothing has moved yet. */
    private TransferInfo recognised(TransferRequest request, char[] pin, TransferProgress progress, PurseSession session)
            throws RefusedException, UncertainException {
        Optional<Pairing> pairing = book.pairing(session.card());
        if (!session.paired() || pairing.isEmpty()) {
            throw new RefusedException(TransferCode.NOT_PAIRED, "card " + session.card());
        }
        if (book.sent(session.card()).isPresent()) {
            throw new RefusedException(TransferCode.UNRESOLVED, "card " + session.card());
        }
        Optional<CardId> card = Optional.of(session.card());
        reached(request, card, TransferBlock.RECOGNISED_111, progress);
        session.verifyPin(pin);
        reached(request, card, TransferBlock.PIN_113, progress);
        DayTotals.Day day = book.day(LocalDate.ofInstant(parts.clock().instant(), ZoneOffset.UTC).toEpochDay());
        amount(request, pairing.get(), day);
        reached(request, card, TransferBlock.AMOUNT_118, progress);
        funds(request);
        reached(request, card, TransferBlock.FUNDS_119, progress);
        LocalDate today = LocalDate.ofInstant(parts.clock().instant(), ZoneOffset.UTC);
        LoadOrder order = session.prepareLoad(request.transaction(), request.amount(), today);
        byte[] wrappedNext;
        try {
            wrappedNext = secrets.wrap(session.card(), order.nextSecret());
        } finally {
            order.nextSecret().close();
        }
        return moved(request, progress, session, order, wrappedNext, day.day());
    }

    private void amount(TransferRequest request, Pairing pairing, DayTotals.Day day) throws RefusedException {
        if (!request.amount().currency().equals(parts.meter().currency())) {
            throw new RefusedException(RegisterCode.CURRENCY_WRONG, request.amount().toString());
        }
        if (request.amount().mils() == 0) {
            throw new RefusedException(RegisterCode.AMOUNT_NOT_ALLOWED, "0 mils");
        }
        limits.transfer(request.amount().mils(), pairing.transferMilsMax());
        limits.day(request.amount().mils(), pairing.card(), day);
    }

    /** Asked before the registers are touched; the vault itself asks again. */
    private void funds(TransferRequest request) throws RefusedException {
        Registers registers = parts.vault().registers();
        if (registers.descending() - feeMils < request.amount().mils()) {
            throw new RefusedException(
                    RegisterCode.FUNDS_SHORT, Limits.words(request.amount().mils()) + " and fee " + Limits.words(feeMils) + ", available " + Limits.words(registers.descending()));
        }
    }

    /** Blocks 120 and 121: debit first, credit second, acknowledge third (rule T5). */
    private TransferInfo moved(
            TransferRequest request,
            TransferProgress progress,
            PurseSession session,
            LoadOrder order,
            byte[] wrappedNext,
            long day)
            throws RefusedException, UncertainException {
        CardId card = session.card();
        Instant now = parts.clock().instant();
        Entry intended = Entry.intended(request.transaction(), card, request.amount().mils(), feeMils, now, day)
                .numbered(order.cardTransaction());
        book.store(intended);
        Entry sent = intended.sent(order.transfers(), wrappedNext);
        boolean toCard = false;
        try {
            parts.vault().post(
                    request.transaction(), new RegisterOperation.TransferOut(intended.amountMils(), feeMils, card.value()));
            progress.reached(TransferBlock.REGISTERS_120);
            trace.moved(intended, TransferBlock.REGISTERS_120, "");
            book.store(sent);
            toCard = true;
        } catch (RefusedException e) {
            cancelled(intended, e);
        }
        if (!toCard) {
            throw new IllegalStateException("a cancelled transfer always throws");
        }
        try {
            session.load(order);
        } catch (RefusedException e) {
            session.close();
            after(sent, () -> settlement.undone(sent));
            throw e;
        } catch (UncertainException e) {
            throw new UncertainException(TransferCode.IN_DOUBT, sent.transaction(), "card " + card, e);
        }
        after(sent, () -> settlement.done(sent));
        progress.reached(TransferBlock.PERSONALITY_121);
        progress.reached(TransferBlock.DONE);
        return sent.to(Entry.Stage.DONE).info();
    }

    /** Before any card saw it: refused as a whole when it can be taken back now, else it is taken back at the next occasion. */
    private void cancelled(Entry intended, RefusedException why) throws RefusedException, UncertainException {
        after(intended, () -> {
            Optional<Entry> known = book.entry(intended.transaction());
            if (known.isPresent() && known.get().stage() == Entry.Stage.SENT) {
                throw new UncertainException(TransferCode.IN_DOUBT, intended.transaction(), "journal failed", why);
            }
            settlement.undone(intended);
        });
        throw why;
    }

    private interface Act {
        void run() throws RefusedException, UncertainException;
    }

    /** The money's fate is known but not yet everywhere on record: the caller asks again by the id, reconciliation ends it. */
    private static void after(Entry entry, Act act) throws UncertainException {
        try {
            act.run();
        } catch (RefusedException e) {
            throw new UncertainException(
                    TransferCode.IN_DOUBT, entry.transaction(), "card " + entry.card() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public PurseSession meet(CardChannel channel) throws RefusedException, UncertainException {
        String reader = channel instanceof CardClaim claim ? claim.readerName() : "";
        PurseSession session = recognise(channel, reader);
        boolean handed = false;
        try {
            if (session.paired()) {
                Optional<Pairing> pairing = book.pairing(session.card());
                if (pairing.isPresent() && pairing.get().envelope().length > 0) {
                    book.store(pairing.get().handedOver());
                }
                settlement.resolve(session);
            }
            settle();
            handed = true;
            return session;
        } finally {
            if (!handed) {
                session.close();
            }
        }
    }

    /** A closed vault does not keep anybody from looking at a card. */
    private void settle() {
        try {
            settlement.reconcile();
        } catch (RefusedException | UncertainException e) {
            LOG.warn("{} transfers are not settled yet; the next use tries again", e.code(), e);
        }
    }

    private PurseSession recognise(CardChannel channel, String reader) throws RefusedException, UncertainException {
        try {
            PurseSession session = paired(channel).orElse(null);
            if (session == null) {
                session = certified(channel);
            }
            guard.passed(reader);
            return session;
        } catch (RefusedException e) {
            if (e.code().equals(PurseCode.RECOGNITION_FAILED.code()) || e.code().equals(PurseCode.CERTIFICATE_WRONG.code())) {
                guard.failed(reader);
            }
            throw e;
        }
    }

    private Optional<PurseSession> paired(CardChannel channel) throws RefusedException {
        try {
            return Optional.of(parts.purses().openPaired(channel, parts.meter().serial(), secrets));
        } catch (RefusedException e) {
            if (e.code().equals(PurseCode.NOT_PAIRED.code())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** By certificates; a waiting pairing is handed over, and the card met again as paired. */
    private PurseSession certified(CardChannel channel) throws RefusedException, UncertainException {
        LocalDate today = LocalDate.ofInstant(parts.clock().instant(), ZoneOffset.UTC);
        PurseSession session = parts.purses().openCertified(channel, parts.credentials().get(), today);
        boolean keep = false;
        try {
            Optional<Pairing> pairing = book.pairing(session.card());
            if (pairing.isEmpty() || pairing.get().envelope().length == 0) {
                keep = true;
                return session;
            }
            int result = result(session.apply(pairing.get().envelope()));
            if (result != ApplyReceipt.APPLIED && result != ApplyReceipt.USED) {
                LOG.warn("card {} does not take its pairing: result {}", session.card(), result);
                keep = true;
                return session;
            }
        } finally {
            if (!keep) {
                session.close();
            }
        }
        Optional<PurseSession> again = paired(channel);
        return again.isPresent() ? again.get() : parts.purses().openCertified(channel, parts.credentials().get(), today);
    }

    private static int result(byte[] receipt) throws RefusedException {
        try {
            return ApplyReceipt.parse(Arrays.copyOf(receipt, Math.min(receipt.length, ApplyReceipt.BYTES))).result();
        } catch (CardRecordException e) {
            throw new RefusedException(PurseCode.PROTOCOL, e.getMessage(), e);
        }
    }

    @Override
    public List<TransferInfo> list(int max) throws RefusedException {
        List<TransferInfo> all = new ArrayList<>();
        book.entries().forEach(entry -> all.add(info(entry)));
        Collections.reverse(all);
        return List.copyOf(all.subList(0, Math.min(all.size(), Math.min(Math.max(1, max), LIST_MAX))));
    }

    /** One that runs is at its block, not in doubt. */
    private TransferInfo info(Entry entry) {
        Optional<TransferEvent> last = trace.last(entry.transaction());
        if (entry.open() && last.isPresent() && settlement.running(entry.transaction())) {
            return entry.info(last.get().to(), last.get().to(), last.get().time());
        }
        return entry.info();
    }

    @Override
    public Optional<TransferInfo> find(TransactionId transaction) throws RefusedException {
        Optional<Entry> known = book.entry(transaction);
        if (known.isPresent()) {
            return known.map(this::info);
        }
        return settlement.inDoubt().stream().filter(one -> one.transaction().equals(transaction)).findFirst();
    }

    @Override
    public List<TransferEvent> history(TransactionId transaction) throws RefusedException {
        List<TransferEvent> seen = trace.history(transaction);
        if (!seen.isEmpty()) {
            return seen;
        }
        TransferInfo info = find(transaction).orElseThrow(() -> new RefusedException(TransferCode.ID_UNKNOWN, transaction.value()));
        return List.of(new TransferEvent(
                transaction,
                Optional.of(info.card()),
                info.amountMils(),
                info.feeMils(),
                Optional.empty(),
                info.block(),
                info.changed(),
                ""));
    }

    @Override
    public List<TransferInfo> inDoubt() throws RefusedException {
        return settlement.inDoubt();
    }

    @Override
    public List<TransferInfo> settled() throws RefusedException {
        return settlement.settled();
    }

    @Override
    public TransferInfo settle(byte[] order) throws RefusedException, UncertainException {
        if (orders == null) {
            throw new RefusedException(TransferCode.ORDER_WRONG, "no data centre is known");
        }
        Entry ended = settlement.order(orders.proven(order), order.clone());
        after(ended, () -> settlement.follow(ended));
        return ended.info();
    }

    void watch(TransferListener listener) {
        trace.add(listener);
    }

    void unwatch(TransferListener listener) {
        trace.remove(listener);
    }

    @Override
    public void pairings(Collection<PairingOrder> orders) throws RefusedException {
        Set<CardId> named = new HashSet<>();
        for (PairingOrder order : orders) {
            named.add(order.card());
            Optional<Pairing> known = book.pairing(order.card());
            boolean waiting = known.isPresent() && known.get().envelope().length > 0;
            if (known.isEmpty() || waiting && !Arrays.equals(known.get().envelope(), order.cardEnvelope())) {
                book.store(new Pairing(
                        order.card(),
                        order.routingTag().clone(),
                        secrets.wrap(order.card(), order.firstSecret()),
                        order.transferMilsMax(),
                        order.cardEnvelope().clone(),
                        false));
            } else if (known.get().transferMilsMax() != order.transferMilsMax()) {
                book.store(known.get().limitedTo(order.transferMilsMax()));
            }
        }
        for (Pairing pairing : book.pairings()) {
            if (!named.contains(pairing.card()) && book.sent(pairing.card()).isEmpty()) {
                book.store(pairing.over());
            }
        }
    }

    @Override
    public List<CardId> pairedCards() throws RefusedException {
        return book.pairings().stream().map(Pairing::card).toList();
    }

    @Override
    public void close() {
        book.close();
    }
}
