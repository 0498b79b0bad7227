// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.util.ArrayList;
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
import org.porto.purse.api.PairState;
import org.porto.purse.api.PurseSession;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterVault;
import org.porto.register.api.TransitItem;
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
 * SENT       not in T   the data centre settled it; the card's answer only moves the secret
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
    /** Transfers that a thread of this process is in the middle of. */
    private final Set<TransactionId> running = ConcurrentHashMap.newKeySet();

    Settlement(TransferBook book, RegisterVault vault, CryptoService crypto) {
        this.book = book;
        this.vault = vault;
        this.crypto = crypto;
    }

    boolean begin(TransactionId transaction) {
        return running.add(transaction);
    }

    void end(TransactionId transaction) {
        running.remove(transaction);
    }

    /** Everything that needs no card. Cheap when there is nothing in T and nothing open. */
    void reconcile() throws RefusedException, UncertainException {
        Map<TransactionId, TransitItem> inTransit = inTransit();
        for (Entry entry : book.entries()) {
            if (running.contains(entry.transaction())) {
                continue;
            }
            boolean held = inTransit.remove(entry.transaction()) != null;
            if (entry.stage() == Entry.Stage.INTENDED) {
                if (held || vault.find(entry.transaction()).isEmpty()) {
                    undone(entry);
                } else {
                    book.store(entry.to(Entry.Stage.UNDONE));
                }
            } else if (held && entry.stage() == Entry.Stage.DONE) {
                post(entry, true);
            } else if (held && entry.stage() == Entry.Stage.UNDONE) {
                post(entry, false);
            }
        }
        inTransit.keySet().removeAll(running);
        inTransit.keySet().forEach(id -> LOG.warn("transfer {} is in transit and not in the journal", id));
    }

    private Map<TransactionId, TransitItem> inTransit() throws RefusedException {
        Map<TransactionId, TransitItem> items = new HashMap<>();
        vault.inTransit().forEach(item -> items.put(item.transaction(), item));
        return items;
    }

    /** The card has it: journal and secret first, then T to X. */
    void done(Entry entry) throws RefusedException, UncertainException {
        book.store(entry.to(Entry.Stage.DONE));
        post(entry, true);
    }

    /** The card has not got it and never will (rule T6): journal first, then T back to D. */
    void undone(Entry entry) throws RefusedException, UncertainException {
        book.store(entry.to(Entry.Stage.UNDONE));
        post(entry, false);
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
            done(entry);
            LOG.info("transfer {} was on card {}: done", entry.transaction(), entry.card());
            return true;
        }
        if (untouched && !session.appliedInDoubt()) {
            undone(entry);
            LOG.info("transfer {} never reached card {}: undone", entry.transaction(), entry.card());
            return true;
        }
        LOG.error("transfer {} number {} stays in doubt: card {} says {}", entry.transaction(), entry.number(), entry.card(), state);
        return false;
    }

    /** In doubt, oldest first, with what only the vault knows. */
    List<TransferInfo> inDoubt() throws RefusedException {
        Map<TransactionId, TransitItem> items = inTransit();
        List<TransferInfo> found = new ArrayList<>();
        for (Entry entry : book.entries()) {
            items.remove(entry.transaction());
            if (entry.open()) {
                found.add(entry.info());
            }
        }
        for (TransitItem item : items.values()) {
            found.add(new TransferInfo(
                    item.transaction(),
                    CardId.parse(item.card()),
                    item.amountMils(),
                    item.feeMils(),
                    org.porto.transfer.api.TransferBlock.IN_DOUBT,
                    item.since()));
        }
        found.sort(java.util.Comparator.comparing(TransferInfo::since));
        return found;
    }
}
