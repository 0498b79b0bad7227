// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.Signed;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.PurseSession;
import org.porto.recharge.api.RechargeCode;
import org.porto.recharge.api.RechargeOutcome;

/**
 * Offers one card its entries (rule R2: any order works, the published one is a good guess). What the card answers is on record
 * before the entry leaves; an entry whose answer was lost stays and is offered again, the card says USED then (R5).
 */
final class CardServing {

    private static final int OFFERS_MAX = 200;

    private final QueueStore store;
    private final PurseSession session;
    private final KeysToShow keysToShow;
    private final CardId card;
    private final Instant now;
    private final int day;
    private final List<RechargeOutcome> outcomes = new ArrayList<>();
    private int offersLeft = OFFERS_MAX;
    private boolean over;

    /** Keys that an order may name: no envelope has room for one. */
    interface KeysToShow {
        List<byte[]> get() throws RefusedException;
    }

    CardServing(QueueStore store, PurseSession session, KeysToShow keysToShow, Instant now, LocalDate today) {
        this.store = store;
        this.session = session;
        this.keysToShow = keysToShow;
        this.card = session.card();
        this.now = now;
        this.day = CardDays.of(today);
    }

    List<RechargeOutcome> run() throws RefusedException, UncertainException {
        long tag = QueueState.tag(session.routingTag());
        List<Entry> entries = store.read(state -> {
            if (state.receipts().size() >= DurableQueue.RECEIPTS_MAX) {
                throw new RefusedException(RechargeCode.STORE_FAILED, "too many receipts wait: upload them first");
            }
            List<Entry> own = new ArrayList<>();
            for (Entry entry = state.first(tag); entry != null && own.size() < OFFERS_MAX; entry = entry.next) {
                own.add(entry);
            }
            return own;
        });
        boolean moved = true;
        while (moved && !entries.isEmpty() && !over) {
            moved = false;
            List<Entry> early = new ArrayList<>();
            for (Entry entry : entries) {
                if (over) {
                    break;
                }
                int result = offer(entry, tag);
                if (result == ApplyReceipt.FUTURE) {
                    early.add(entry);
                }
                // Only worth another pass when something moved after an early one was seen.
                moved |= result == ApplyReceipt.APPLIED && !early.isEmpty();
            }
            entries = early;
        }
        return outcomes;
    }

    private int offer(Entry entry, long tag) throws RefusedException, UncertainException {
        if (entry.notAfterDay() < day) {
            record(entry, tag, "expired", true, -1, new byte[0]);
            return 0;
        }
        if (offersLeft-- == 0) {
            over = true;
            return 0;
        }
        byte[] answer;
        try {
            answer = applied(entry.envelope());
        } catch (RefusedException e) {
            boolean unreadable = e.code().equals(PurseCode.ORDER_UNREADABLE.code());
            if (!unreadable && !e.code().equals(PurseCode.KEY_NOT_SHOWN.code())) {
                throw e;
            }
            record(entry, tag, unreadable ? "unreadable" : "key-unknown", false, -1, new byte[0]);
            return 0;
        }
        ApplyReceipt receipt = receipt(answer);
        boolean leaves = switch (receipt.result()) {
            case ApplyReceipt.APPLIED, ApplyReceipt.USED, ApplyReceipt.STALE -> true;
            default -> false;
        };
        // Neither changes before the data centre or the customer acts.
        over = receipt.result() == ApplyReceipt.BLOCKED || receipt.result() == ApplyReceipt.WRONG_CURRENCY;
        record(entry, tag, name(receipt.result()), leaves, receipt.balanceMils(), leaves ? answer : new byte[0]);
        return receipt.result();
    }

    /** Only the card can read what an order is about: where it asks for a key, it is shown those that this station was told of. */
    private byte[] applied(byte[] envelope) throws RefusedException, UncertainException {
        RefusedException notShown;
        try {
            return session.apply(envelope);
        } catch (RefusedException e) {
            notShown = asked(e);
        }
        for (byte[] key : keysToShow.get()) {
            try {
                session.showKey(key);
                return session.apply(envelope);
            } catch (RefusedException e) {
                notShown = asked(e);
            }
        }
        throw notShown;
    }

    private static RefusedException asked(RefusedException refusal) throws RefusedException {
        if (!refusal.code().equals(PurseCode.KEY_NOT_SHOWN.code())) {
            throw refusal;
        }
        return refusal;
    }

    private ApplyReceipt receipt(byte[] answer) throws RefusedException {
        try {
            ApplyReceipt receipt = ApplyReceipt.parse(Signed.split(answer, ApplyReceipt.BYTES).body());
            if (!CardId.of(receipt.cardId()).equals(card)) {
                throw new RefusedException(PurseCode.PROTOCOL, "receipt of another card");
            }
            name(receipt.result());
            return receipt;
        } catch (CardRecordException e) {
            throw new RefusedException(PurseCode.PROTOCOL, e.getMessage(), e);
        }
    }

    private static String name(int result) throws RefusedException {
        return switch (result) {
            case ApplyReceipt.APPLIED -> "applied";
            case ApplyReceipt.USED -> "used";
            case ApplyReceipt.FUTURE -> "future";
            case ApplyReceipt.STALE -> "stale";
            case ApplyReceipt.OVERFLOW -> "overflow";
            case ApplyReceipt.BLOCKED -> "blocked";
            case ApplyReceipt.WRONG_CURRENCY -> "wrong-currency";
            default -> throw new RefusedException(PurseCode.PROTOCOL, "result " + result);
        };
    }

    private void record(Entry entry, long tag, String result, boolean removed, long balance, byte[] receipt)
            throws RefusedException {
        EntryId id = entry.id();
        RechargeOutcome outcome = new RechargeOutcome(now, id.hex(), card.value(), result, removed, balance);
        store.change(state -> List.of(QueueRecords.outcome(outcome, tag, id, receipt)));
        outcomes.add(outcome);
    }
}
