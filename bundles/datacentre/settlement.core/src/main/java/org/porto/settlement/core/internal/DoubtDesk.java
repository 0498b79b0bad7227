// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.porto.issuer.api.DeviceInfo;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.AccountNames;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerCode;
import org.porto.ledger.api.Posting;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.tms.SettlementOrder;
import org.porto.settlement.api.Doubt;
import org.porto.settlement.api.DoubtEvidence;
import org.porto.settlement.api.DoubtState;
import org.porto.settlement.api.ReportedDoubt;
import org.porto.settlement.api.SettlementCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transfers whose card does not come back (rule T7). An order moves no money here: the meter obeys it, its record is booked as always. As
 * undone only on proof, for a card that has the value as well would make it; as done after a waiting time, for then the value is where the
 * card is. What the card says when it does come back is reported by the meter, and a value that it never had is refunded. Called
 * under the lock of settlement.
 */
final class DoubtDesk implements AutoCloseable {

    /** Signs as the data centre: 64 bytes, r and s. */
    interface Signer {
        byte[] sign(byte[] body) throws RefusedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(DoubtDesk.class);
    private static final int REPORTS_MAX = 1000;
    private static final int REASON_MAX = 200;

    private final DoubtStore store;
    private final Ledger ledger;
    private final Signer signer;
    private final InstantSource clock;
    private final Duration wait;

    DoubtDesk(DoubtStore store, Ledger ledger, Signer signer, InstantSource clock, Duration wait) {
        this.store = store;
        this.ledger = ledger;
        this.signer = signer;
        this.clock = clock;
        this.wait = wait;
    }

    /** A receipt of the card named this number. */
    void used(CardId card, long number, TransactionId receipt) {
        store.used(new DoubtStore.Number(card, number, receipt));
    }

    void flush() throws RefusedException {
        store.flush();
    }

    void reported(DeviceInfo meter, List<ReportedDoubt> reports) throws RefusedException {
        if (reports.size() > REPORTS_MAX) {
            throw new RefusedException(SettlementCode.RECORD_WRONG, reports.size() + " transfers in doubt");
        }
        store.flush();
        Set<TransactionId> named = new HashSet<>();
        for (ReportedDoubt report : reports) {
            named.add(report.transaction());
            Optional<DoubtEntry> known = store.find(meter.device(), report.transaction());
            if (known.isEmpty()) {
                first(meter.device(), report);
            } else if (same(known.get().doubt(), report)) {
                again(meter, known.get(), report.state());
            } else {
                LOG.error("{} meter {} tells transfer {} otherwise than before",
                        SettlementCode.RECORD_WRONG.code(), meter.device(), report.transaction());
            }
        }
        if (reports.size() < REPORTS_MAX) {
            for (DoubtEntry entry : store.all()) {
                if (entry.doubt().meter().equals(meter.device()) && open(entry) && !named.contains(entry.doubt().transaction())) {
                    store.put(entry.to(DoubtState.ENDED_BY_CARD, clock.instant()));
                }
            }
        }
    }

    private static boolean open(DoubtEntry entry) {
        return switch (entry.doubt().state()) {
            case IN_DOUBT, ORDERED_DONE, ORDERED_UNDONE -> true;
            default -> false;
        };
    }

    private static boolean same(Doubt doubt, ReportedDoubt report) {
        return doubt.card().equals(report.card())
                && doubt.amountMils() == report.amountMils()
                && doubt.feeMils() == report.feeMils();
    }

    private void first(DeviceId meter, ReportedDoubt report) throws RefusedException {
        if (report.amountMils() <= 0 || report.feeMils() < 0 || report.cardTransaction() < 0) {
            throw new RefusedException(SettlementCode.RECORD_WRONG, "transfer in doubt " + report.transaction());
        }
        if (report.state() != DoubtState.IN_DOUBT) {
            // an order of ours is not on record here: nothing is paid on a meter's word alone
            LOG.error("{} meter {} tells transfer {} {}, which nobody ordered here",
                    SettlementCode.NOT_IN_DOUBT.code(), meter, report.transaction(), report.state());
            return;
        }
        Instant now = clock.instant();
        store.put(DoubtEntry.of(new Doubt(
                meter, report.transaction(), report.card(), report.amountMils(), report.feeMils(), report.cardTransaction(),
                report.since(), now, DoubtState.IN_DOUBT, DoubtEvidence.NONE, now, "")));
        LOG.warn("meter {} has {} mils in doubt with card {}, transfer {}",
                meter, report.amountMils(), report.card(), report.transaction());
    }

    private void again(DeviceInfo meter, DoubtEntry known, DoubtState told) throws RefusedException {
        DoubtState state = known.doubt().state();
        if (state == DoubtState.ENDED_BY_CARD) { // a report that did not name it was early: a meter at work on it leaves it out
            LOG.warn("meter {} names transfer {} again", meter.device(), known.doubt().transaction());
            DoubtEntry open = known.to(before(known.outcome()), clock.instant());
            store.put(open);
            again(meter, open, told);
            return;
        }
        if (state.end() || told == DoubtState.IN_DOUBT || told == state) {
            if (state == DoubtState.REFUND_DUE) {
                refund(meter, known);
            }
            return;
        }
        boolean fits =
                switch (told) {
                    case SETTLED_DONE, REFUND_DUE -> known.outcome() == SettlementOrder.DONE;
                    case SETTLED_UNDONE, CONTRADICTED -> known.outcome() == SettlementOrder.UNDONE;
                    case AGREED -> known.outcome() != 0;
                    default -> false;
                };
        if (!fits) {
            LOG.error("{} meter {} tells transfer {} {}, which nobody ordered here",
                    SettlementCode.NOT_IN_DOUBT.code(), meter.device(), known.doubt().transaction(), told);
            return;
        }
        if (told == DoubtState.REFUND_DUE) {
            refund(meter, known);
            return;
        }
        store.put(known.to(told, clock.instant()));
        if (told == DoubtState.CONTRADICTED) {
            LOG.error("{} transfer {} was settled as undone, and meter {} says that card {} has it",
                    SettlementCode.PROOF_AGAINST.code(), known.doubt().transaction(), meter.device(), known.doubt().card());
        }
    }

    private static DoubtState before(int outcome) {
        return switch (outcome) {
            case SettlementOrder.DONE -> DoubtState.ORDERED_DONE;
            case SettlementOrder.UNDONE -> DoubtState.ORDERED_UNDONE;
            default -> DoubtState.IN_DOUBT;
        };
    }

    /** Value that its card never had, back to whom it belongs; under ids of its own, so once. */
    private void refund(DeviceInfo meter, DoubtEntry entry) throws RefusedException {
        Doubt doubt = entry.doubt();
        String deposit = AccountNames.deposit(meter.customer());
        String card = AccountNames.cardFloat(doubt.card());
        Currency currency = currency(doubt.meter());
        String reference = doubt.meter() + " transfer " + doubt.transaction();
        ledger.open(deposit, AccountKind.LIABILITY, currency);
        ledger.open(card, AccountKind.LIABILITY, currency);
        List<Posting> postings = new ArrayList<>();
        postings.add(new Posting(
                refundId(doubt, 0), card, deposit, Money.ofMils(doubt.amountMils(), currency), "transfer-refund", reference));
        if (doubt.feeMils() > 0) {
            ledger.open(AccountNames.FEES, AccountKind.INCOME, currency);
            postings.add(new Posting(
                    refundId(doubt, 1),
                    AccountNames.FEES,
                    deposit,
                    Money.ofMils(doubt.feeMils(), currency),
                    "transfer-fee-refund",
                    reference));
        }
        try {
            ledger.post(postings);
        } catch (RefusedException e) {
            if (!e.code().equals(LedgerCode.FUNDS_SHORT.code())) {
                throw e;
            }
            LOG.warn("{} refund of transfer {} has to wait", e.code(), doubt.transaction());
            if (doubt.state() != DoubtState.REFUND_DUE) {
                store.put(entry.to(DoubtState.REFUND_DUE, clock.instant()));
            }
            return;
        }
        store.put(entry.to(DoubtState.REFUNDED, clock.instant()));
    }

    private static TransactionId refundId(Doubt doubt, int leg) {
        byte[] hash = Digest.sha256(
                "PORTO-REFUND".getBytes(StandardCharsets.US_ASCII),
                doubt.meter().bytes(),
                doubt.transaction().bytes(),
                ByteBuffer.allocate(1).put((byte) leg).array());
        return TransactionId.of(Arrays.copyOf(hash, TransactionId.BYTES));
    }

    private Currency currency(DeviceId meter) throws RefusedException {
        return ledger.account(AccountNames.meterFloat(meter))
                .map(Account::currency)
                .orElseThrow(() -> new RefusedException(SettlementCode.RECORD_WRONG, "meter " + meter + " has no account"));
    }

    List<Doubt> doubts() throws RefusedException {
        List<Doubt> all = new ArrayList<>();
        for (DoubtEntry entry : store.all()) {
            all.add(weighed(entry).doubt());
        }
        all.sort(Comparator.comparing((Doubt d) -> d.state().end()).thenComparing(Doubt::reported));
        return all;
    }

    /** With what the card's receipts say by now. */
    private DoubtEntry weighed(DoubtEntry entry) throws RefusedException {
        Doubt doubt = entry.doubt();
        if (doubt.cardTransaction() == 0 || doubt.state() != DoubtState.IN_DOUBT || doubt.evidence() == DoubtEvidence.NOT_ON_CARD) {
            return entry;
        }
        Optional<TransactionId> user = store.user(doubt.card(), doubt.cardTransaction());
        DoubtEntry fresh = entry;
        if (user.isPresent()) {
            fresh = entry.evidence(DoubtEvidence.NOT_ON_CARD, user.get().bytes());
        } else if (doubt.evidence() == DoubtEvidence.NONE && store.highest(doubt.card()) > doubt.cardTransaction()) {
            fresh = entry.evidence(DoubtEvidence.PASSED, new byte[0]);
        }
        if (fresh != entry) {
            store.put(fresh);
        }
        return fresh;
    }

    Doubt settle(TransactionId transfer, boolean done, String reason) throws RefusedException {
        DoubtEntry entry = weighed(only(transfer));
        int outcome = done ? SettlementOrder.DONE : SettlementOrder.UNDONE;
        if (entry.outcome() != 0) {
            if (entry.outcome() != outcome) {
                throw new RefusedException(SettlementCode.ORDERED_OTHERWISE, transfer + " as " + word(entry.done()));
            }
            return entry.doubt();
        }
        Doubt doubt = entry.doubt();
        if (doubt.state() != DoubtState.IN_DOUBT) {
            throw new RefusedException(SettlementCode.NOT_IN_DOUBT, transfer + ": " + doubt.state().text());
        }
        if (reason.isBlank() || reason.length() > REASON_MAX) {
            throw new RefusedException(SettlementCode.REASON_WRONG, "1 to " + REASON_MAX + " characters");
        }
        Instant now = clock.instant();
        boolean absent = doubt.evidence() == DoubtEvidence.NOT_ON_CARD;
        if (done && absent) {
            throw new RefusedException(SettlementCode.PROOF_AGAINST, "settle it as undone");
        }
        if (!done && !absent) {
            throw new RefusedException(SettlementCode.PROOF_MISSING,
                    "card " + doubt.card() + " gave its number " + doubt.cardTransaction() + " to nothing that is known here");
        }
        if (done && now.isBefore(doubt.reported().plus(wait))) {
            throw new RefusedException(SettlementCode.TOO_YOUNG, "not before " + doubt.reported().plus(wait));
        }
        DoubtEntry ordered = entry.order(outcome, reason, now);
        store.put(ordered);
        LOG.warn("transfer {} of meter {}, {} mils, is ordered as {}", transfer, doubt.meter(), doubt.amountMils(), word(done));
        return ordered.doubt();
    }

    private static String word(boolean done) {
        return done ? "done" : "undone";
    }

    /** Ids are made by clients: two meters could have the same one, and then nobody is ordered anything. */
    private DoubtEntry only(TransactionId transfer) throws RefusedException {
        List<DoubtEntry> found =
                store.all().stream().filter(entry -> entry.doubt().transaction().equals(transfer)).toList();
        if (found.size() != 1) {
            throw new RefusedException(
                    SettlementCode.NOT_IN_DOUBT, found.isEmpty() ? transfer.value() : transfer + " is known of several meters");
        }
        return found.get(0);
    }

    List<byte[]> orders(DeviceId meter) throws RefusedException {
        List<byte[]> orders = new ArrayList<>();
        for (DoubtEntry entry : store.all()) {
            if (entry.doubt().meter().equals(meter) && entry.outcome() != 0 && open(entry)) {
                orders.add(signed(entry));
            }
        }
        return orders;
    }

    byte[] order(TransactionId transfer) throws RefusedException {
        DoubtEntry entry = only(transfer);
        if (entry.outcome() == 0) {
            throw new RefusedException(SettlementCode.NOT_IN_DOUBT, transfer + ": nothing was ordered");
        }
        return signed(entry);
    }

    /** Signed when it is given out: by the key that the data centre has then. */
    private byte[] signed(DoubtEntry entry) throws RefusedException {
        byte[] body = entry.settlementOrder(currency(entry.doubt().meter())).encoded();
        byte[] signature = signer.sign(body);
        byte[] order = Arrays.copyOf(body, body.length + signature.length);
        System.arraycopy(signature, 0, order, body.length, signature.length);
        return order;
    }

    @Override
    public void close() {
        store.close();
    }
}
