// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.porto.crypto.api.CryptoService;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.tms.SettlementOrder;
import org.porto.purse.api.PairState;
import org.porto.purse.api.PurseSession;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterVault;
import org.porto.register.api.TransitItem;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferCode;
import org.porto.transfer.api.TransferInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings journal and vault together (rules T5, T7). The journal decides first, the vault follows under ids derived from the
 * transfer's, so that each step may be repeated after any crash:
 *
 * <pre>
 * journal    vault      then
 * INTENDED   in T       no card saw it: UNDONE, T back to D
 * INTENDED   not in T   the money never left: UNDONE
 * SENT       in T       in doubt until the card comes
 * SENT       not in T   somebody settled it in the vault; the card's answer only moves the secret
 * SETTLED    in T       as the data centre's order says: T to X, or back to D
 * SETTLED    not in T   the card's answer moves the secret, and tells the data centre whether it was right
 * DONE       in T       T to X
 * UNDONE     in T       T back to D
 * unknown    in T       in doubt; only the data centre settles it, since a journal that was lost proves nothing
 * </pre>
 */
final class Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final TransferBook book;
    private final RegisterVault vault;
    private final CryptoService crypto;
    private final Trace trace;
    /** Transfers that a thread of this process is in the middle of. */
    private final Set<TransactionId> running = ConcurrentHashMap.newKeySet();

    Settlement(TransferBook book, RegisterVault vault, CryptoService crypto) {
        this(book, vault, crypto, new Trace(InstantSource.system()));
    }

    Settlement(TransferBook book, RegisterVault vault, CryptoService crypto, Trace trace) {
        this.book = book;
        this.vault = vault;
        this.crypto = crypto;
        this.trace = trace;
    }

    boolean begin(TransactionId transaction) {
        return running.add(transaction);
    }

    void end(TransactionId transaction) {
        running.remove(transaction);
    }

    boolean running(TransactionId transaction) {
        return running.contains(transaction);
    }

    Trace trace() {
        return trace;
    }

    private Instant now() {
        return trace.clock().instant();
    }

    /** Everything that needs no card. Cheap when there is nothing in T and nothing open. */
    void reconcile() throws RefusedException, UncertainException {
        Map<TransactionId, TransitItem> inTransit = inTransit();
        for (Entry entry : book.intended()) {
            boolean held = inTransit.remove(entry.transaction()) != null;
            if (running.contains(entry.transaction())) {
                continue;
            }
            if (held || vault.find(entry.transaction()).isEmpty()) {
                undone(entry);
            } else {
                book.store(entry.to(Entry.Stage.UNDONE, now()));
            }
        }
        for (TransactionId id : inTransit.keySet()) {
            if (running.contains(id)) {
                continue;
            }
            Optional<Entry> entry = book.entry(id);
            if (entry.isEmpty()) {
                LOG.warn("transfer {} is in transit and not in the journal", id);
            } else if (!entry.get().open()) {
                follow(entry.get());
            }
        }
    }

    private Map<TransactionId, TransitItem> inTransit() throws RefusedException {
        Map<TransactionId, TransitItem> items = new HashMap<>();
        vault.inTransit().forEach(item -> items.put(item.transaction(), item));
        return items;
    }

    /** The card has it: journal and secret first, then T to X. */
    void done(Entry entry) throws RefusedException, UncertainException {
        book.store(entry.to(Entry.Stage.DONE, now()));
        if (trace.last(entry.transaction()).filter(last -> last.to() == TransferBlock.REGISTERS_120).isPresent()) {
            trace.moved(entry, TransferBlock.PERSONALITY_121, "");
        }
        post(entry, true);
        trace.moved(entry, TransferBlock.DONE, "");
    }

    /** The card has not got it and never will (rule T6): journal first, then T back to D. */
    void undone(Entry entry) throws RefusedException, UncertainException {
        book.store(entry.to(Entry.Stage.UNDONE, now()));
        post(entry, false);
        trace.moved(entry, TransferBlock.UNDONE, "");
    }

    /** The vault does what the journal says; may be repeated. */
    void follow(Entry entry) throws RefusedException, UncertainException {
        post(entry, entry.stage().outOfMeter());
        trace.moved(entry, entry.stage().block, "");
    }

    private void post(Entry entry, boolean done) throws RefusedException, UncertainException {
        if (vault.find(entry.transaction()).isEmpty()) {
            return;
        }
        RegisterOperation operation = done
                ? new RegisterOperation.TransferDone(entry.transaction())
                : new RegisterOperation.TransferUndone(entry.transaction());
        try {
            vault.post(derived(entry.transaction(), operation.kind()), operation);
        } catch (RefusedException e) {
            if (!e.code().equals(RegisterCode.NOT_IN_TRANSIT.code())) {
                throw e;
            }
            LOG.warn("{} transfer {} was settled by the data centre before", e.code(), entry.transaction());
        }
    }

    private TransactionId derived(TransactionId transaction, String kind) {
        byte[] digest = crypto.sha256("PORTO-TRANSFER".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                kind.getBytes(java.nio.charset.StandardCharsets.US_ASCII), transaction.bytes());
        return new TransactionId(HexFormat.of().formatHex(digest, 0, TransactionId.BYTES));
    }

    /**
     * Asks the card, in a paired session, what became of the transfer in doubt with it (rule T7).
     *
     * @return whether nothing is in doubt with it any more
     */
    boolean resolve(PurseSession session) throws RefusedException, UncertainException {
        Optional<Entry> sent = book.sent(session.card());
        if (sent.isEmpty() || running.contains(sent.get().transaction())) {
            return sent.isEmpty();
        }
        Entry entry = sent.get();
        PairState state = session.pairState();
        boolean applied = state.transfers() == entry.number() && state.lastAmountMils() == entry.amountMils();
        boolean untouched = state.transfers() == entry.number() - 1;
        if (applied && session.appliedInDoubt()) {
            answered(entry, true);
            return true;
        }
        if (untouched && !session.appliedInDoubt()) {
            answered(entry, false);
            return true;
        }
        LOG.error("transfer {} number {} stays in doubt: card {} says {}", entry.transaction(), entry.number(), entry.card(), state);
        return false;
    }

    /** The card has said it; an order may have come while it was asked. */
    private synchronized void answered(Entry asked, boolean onCard) throws RefusedException, UncertainException {
        Entry entry = book.entry(asked.transaction()).orElse(asked);
        switch (entry.stage()) {
            case SENT -> {
                if (onCard) {
                    done(entry);
                } else {
                    undone(entry);
                }
                LOG.info("transfer {} {} card {}", entry.transaction(), onCard ? "was on" : "never reached", entry.card());
            }
            case SETTLED_DONE -> late(entry, onCard, onCard ? Entry.Stage.DONE : Entry.Stage.NOT_ON_CARD);
            case SETTLED_UNDONE -> late(entry, onCard, onCard ? Entry.Stage.CONTRADICTED : Entry.Stage.UNDONE);
            default -> LOG.info("transfer {} had ended", entry.transaction());
        }
    }

    /** The registers stay as the order had them; the secret follows the card, and the data centre is told. */
    private void late(Entry entry, boolean onCard, Entry.Stage stage) throws RefusedException, UncertainException {
        Entry answered = entry.to(stage, now());
        book.store(answered);
        post(answered, stage.outOfMeter());
        trace.moved(entry, stage.block, "");
        if (stage == Entry.Stage.CONTRADICTED) {
            LOG.error("{} transfer {} was settled as undone, and card {} has it: a case",
                    TransferCode.ORDER_LATE.code(), entry.transaction(), entry.card());
        } else {
            LOG.info("settled transfer {} {} card {}", entry.transaction(), onCard ? "was on" : "never reached", entry.card());
        }
    }

    /**
     * Puts an order on record; {@link #follow} then moves the registers. Repeating it changes nothing.
     *
     * @param order checked already
     */
    synchronized Entry order(SettlementOrder order, byte[] signed) throws RefusedException, UncertainException {
        TransactionId id = TransactionId.of(order.transaction());
        if (running.contains(id)) {
            throw new RefusedException(TransferCode.UNRESOLVED, "transfer " + id + " is running");
        }
        reconcile();
        Optional<Entry> known = book.entry(id);
        Entry entry = known.isPresent() ? known.get() : unknown(id);
        if (entry.amountMils() != order.amountMils()
                || entry.feeMils() != order.feeMils()
                || !entry.card().equals(CardId.of(order.card()))) {
            throw new RefusedException(TransferCode.ORDER_WRONG, "transfer " + id + " is another one");
        }
        boolean done = order.outcome() == SettlementOrder.DONE;
        if (entry.stage() == Entry.Stage.SENT) {
            Entry.Stage stage = entry.number() > 0
                    ? done ? Entry.Stage.SETTLED_DONE : Entry.Stage.SETTLED_UNDONE
                    // no secret is known that the card could answer to
                    : done ? Entry.Stage.DONE : Entry.Stage.UNDONE;
            Entry ended = entry.ordered(signed, stage, now());
            book.store(ended);
            LOG.warn("transfer {} of {} mils to card {} is settled as {} by the data centre",
                    id, entry.amountMils(), entry.card(), done ? "done" : "undone");
            return ended;
        }
        if (entry.open() || entry.stage().outOfMeter() != done) {
            throw new RefusedException(TransferCode.ORDER_LATE, "transfer " + id + " is " + entry.stage());
        }
        return entry;
    }

    /** In T and not in the journal: a journal was lost. */
    private Entry unknown(TransactionId id) throws RefusedException {
        TransitItem item = inTransit().get(id);
        if (item == null) {
            throw new RefusedException(TransferCode.ID_UNKNOWN, id.value());
        }
        return Entry.intended(
                        id,
                        CardId.parse(item.card()),
                        item.amountMils(),
                        item.feeMils(),
                        item.since(),
                        LocalDate.ofInstant(item.since(), ZoneOffset.UTC).toEpochDay())
                .sent(0, new byte[0]);
    }

    /** Ended by order, oldest first. */
    List<TransferInfo> settled() throws RefusedException {
        return book.entries().stream().filter(Entry::settled).map(Entry::info).toList();
    }

    /** In doubt, oldest first, with what only the vault knows. */
    List<TransferInfo> inDoubt() throws RefusedException {
        Map<TransactionId, TransitItem> items = inTransit();
        List<TransferInfo> found = new ArrayList<>();
        for (Entry entry : book.entries()) {
            items.remove(entry.transaction());
            if (entry.open() && !running.contains(entry.transaction())) {
                found.add(entry.info());
            }
        }
        items.keySet().removeAll(running);
        for (TransitItem item : items.values()) {
            found.add(unknown(item.transaction()).info());
        }
        found.sort(Comparator.comparing(TransferInfo::since));
        return found;
    }
}
