// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.time.Instant;
import java.util.Currency;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;

/**
 * The transitions of the registers as a pure function (rules V1, V2, V6, V7, T5, T9, F5): registers before and an operation give
 * registers after, or a refusal. No time, storage or keys in here, so that it can be compared with a model.
 */
final class RegisterState {

    static final int REFERENCE_CHARS_MAX = 64;

    private static final Set<MeterState> RUNNING = EnumSet.of(MeterState.OPERATIONAL);
    private static final Set<MeterState> RUNNING_OR_LOCKED = EnumSet.of(MeterState.OPERATIONAL, MeterState.LOCKED);
    private static final Set<MeterState> KNOWN_TO_THE_HOST =
            EnumSet.of(MeterState.AUTHORISED, MeterState.OPERATIONAL, MeterState.LOCKED);

    private RegisterState() {}

    /** Registers before the first record. */
    static Registers initial(Currency currency) {
        return new Registers(
                currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, new RegisterLimits(0, 0, 0), MeterState.UNINITIALISED, "", Instant.EPOCH);
    }

    /**
     * @param transit the transfers in T by their id
     * @param at time of the record to be
     * @throws RefusedException {@code REG-001} to {@code -005}, {@code -008} to {@code -010}, {@code -016}, {@code -017}, {@code -019}
     */
    static Change apply(
            Registers before,
            RegisterOperation operation,
            Function<TransactionId, Optional<TransitItem>> transit,
            Instant at)
            throws RefusedException {
        if (!before.balanced()) {
            throw new RefusedException(RegisterCode.IDENTITY_BROKEN, "before record " + (before.sequence() + 1));
        }
        Change change;
        try {
            change = change(before, operation, transit, at);
        } catch (ArithmeticException e) {
            throw new RefusedException(RegisterCode.OVERFLOW, operation.kind(), e);
        }
        if (!change.after().balanced() || negative(change.after())) {
            throw new RefusedException(RegisterCode.IDENTITY_BROKEN, "after " + operation.kind());
        }
        return change;
    }

    /** Nothing moves; the reference is the new version of the key. Not after the withdrawal, which takes the keys (rule V6). */
    static Change keyRolled(Registers before, int version) throws RefusedException {
        if (before.state() == MeterState.WITHDRAWN) {
            throw new RefusedException(RegisterCode.STATE_FORBIDS, "key roll-over while " + before.state());
        }
        return new Draft(before).done(0, 0, Integer.toString(version));
    }

    /** No register is ever below zero (rule N1). */
    static boolean negative(Registers r) {
        return (r.ascending() | r.descending() | r.transferOut() | r.inTransit() | r.refilled() | r.cardTakings()
                        | r.withdrawn() | r.fees() | r.pieceCount() | r.zeroPieceCount() | r.refillCount() | r.sequence())
                < 0;
    }

    private static Change change(
            Registers before,
            RegisterOperation operation,
            Function<TransactionId, Optional<TransitItem>> transit,
            Instant at)
            throws RefusedException {
        Draft draft = new Draft(before);
        if (operation instanceof RegisterOperation.Authorise o) {
            return authorise(draft, o);
        } else if (operation instanceof RegisterOperation.Activate) {
            require(before, EnumSet.of(MeterState.AUTHORISED), "activate");
            draft.state = MeterState.OPERATIONAL;
            return draft.done(0, 0, "");
        } else if (operation instanceof RegisterOperation.Refill o) {
            return refill(draft, o);
        } else if (operation instanceof RegisterOperation.Frank o) {
            return frank(draft, o, at);
        } else if (operation instanceof RegisterOperation.FrankByCard o) {
            return frankByCard(draft, o, at);
        } else if (operation instanceof RegisterOperation.TransferOut o) {
            return transferOut(draft, o, at);
        } else if (operation instanceof RegisterOperation.TransferDone o) {
            return transferEnd(draft, o.transferOut(), transit, true);
        } else if (operation instanceof RegisterOperation.TransferUndone o) {
            return transferEnd(draft, o.transferOut(), transit, false);
        } else if (operation instanceof RegisterOperation.Inspected o) {
            require(before, KNOWN_TO_THE_HOST, "inspected");
            if (!o.deadline().isAfter(Instant.EPOCH) || o.deadline().getEpochSecond() > Draft.DEADLINE_SECONDS_MAX) {
                throw new RefusedException(RegisterCode.AMOUNT_NOT_ALLOWED, "inspection deadline " + o.deadline());
            }
            draft.inspectionDeadline = o.deadline();
            return draft.done(0, 0, "");
        } else if (operation instanceof RegisterOperation.Lock o) {
            require(before, RUNNING, "lock");
            draft.state = MeterState.LOCKED;
            draft.lockReason = reference(o.reason());
            return draft.done(0, 0, draft.lockReason);
        } else if (operation instanceof RegisterOperation.Unlock) {
            require(before, EnumSet.of(MeterState.LOCKED), "unlock");
            draft.state = MeterState.OPERATIONAL;
            draft.lockReason = "";
            return draft.done(0, 0, "");
        } else if (operation instanceof RegisterOperation.Withdraw) {
            return withdraw(draft);
        }
        throw new IllegalArgumentException(operation.kind());
    }

    /** Presets happen once (rule V6); the currency is the identity's. */
    private static Change authorise(Draft draft, RegisterOperation.Authorise o) throws RefusedException {
        require(draft.before, EnumSet.of(MeterState.UNINITIALISED), "authorise");
        if (!o.currency().equals(draft.before.currency())) {
            throw new RefusedException(
                    RegisterCode.CURRENCY_WRONG, o.currency() + " on a meter for " + draft.before.currency());
        }
        RegisterLimits limits = o.limits();
        if (limits.itemMilsMin() < 0
                || limits.itemMilsMax() < limits.itemMilsMin()
                || limits.balanceMilsMax() < limits.itemMilsMax()
                || limits.balanceMilsMax() == 0) {
            throw new RefusedException(RegisterCode.AMOUNT_NOT_ALLOWED, "limits " + limits);
        }
        draft.limits = limits;
        draft.state = MeterState.AUTHORISED;
        return draft.done(0, 0, "");
    }

    /** The limit holds for D and T together, so that a transfer undone later always finds room. */
    private static Change refill(Draft draft, RegisterOperation.Refill o) throws RefusedException {
        require(draft.before, RUNNING, "refill");
        positive(o.amount());
        if (o.refillNumber() < 0) {
            throw new RefusedException(RegisterCode.AMOUNT_NOT_ALLOWED, "refill number " + o.refillNumber());
        }
        draft.descending = Math.addExact(draft.descending, o.amount());
        draft.refilled = Math.addExact(draft.refilled, o.amount());
        draft.refillCount = Math.addExact(draft.refillCount, 1);
        if (Math.addExact(draft.descending, draft.inTransit) > draft.limits.balanceMilsMax()) {
            throw new RefusedException(
                    RegisterCode.BALANCE_LIMIT, "refill of " + o.amount() + " mils, most is " + draft.limits.balanceMilsMax());
        }
        return draft.done(o.amount(), 0, Long.toString(o.refillNumber()));
    }

    private static Change frank(Draft draft, RegisterOperation.Frank o, Instant at) throws RefusedException {
        spend(draft.before, "frank", at);
        item(draft.before, o.amount());
        funds(draft.before, o.amount());
        draft.descending -= o.amount();
        draft.ascending = Math.addExact(draft.ascending, o.amount());
        draft.piece(o.amount());
        return draft.done(o.amount(), 0, reference(o.mailClass()));
    }

    /** Never from D: paid by the card (rule F5). */
    private static Change frankByCard(Draft draft, RegisterOperation.FrankByCard o, Instant at) throws RefusedException {
        spend(draft.before, "frank-by-card", at);
        item(draft.before, o.amount());
        draft.cardTakings = Math.addExact(draft.cardTakings, o.amount());
        draft.ascending = Math.addExact(draft.ascending, o.amount());
        draft.piece(o.amount());
        if (o.card().isEmpty() || o.card().indexOf(' ') >= 0) {
            throw new RefusedException(RegisterCode.AMOUNT_NOT_ALLOWED, "no card named");
        }
        return draft.done(o.amount(), 0, reference(o.card() + " " + o.mailClass()));
    }

    /** D to T, of amount and fee (rules T5, T9). */
    private static Change transferOut(Draft draft, RegisterOperation.TransferOut o, Instant at) throws RefusedException {
        spend(draft.before, "transfer-out", at);
        positive(o.amount());
        if (o.fee() < 0) {
            throw new RefusedException(RegisterCode.AMOUNT_NOT_ALLOWED, "fee of " + o.fee() + " mils");
        }
        if (o.card().isEmpty()) {
            throw new RefusedException(RegisterCode.AMOUNT_NOT_ALLOWED, "no card named");
        }
        long whole = Math.addExact(o.amount(), o.fee());
        funds(draft.before, whole);
        draft.descending -= whole;
        draft.inTransit = Math.addExact(draft.inTransit, whole);
        return draft.done(o.amount(), o.fee(), reference(o.card()));
    }

    /** Out of T, to X and F or back to D. Allowed while locked and overdue: it ends what was begun (rule T7). */
    private static Change transferEnd(
            Draft draft,
            TransactionId transferOut,
            Function<TransactionId, Optional<TransitItem>> transit,
            boolean done)
            throws RefusedException {
        require(draft.before, RUNNING_OR_LOCKED, done ? "transfer-done" : "transfer-undone");
        TransitItem item = transit.apply(transferOut)
                .orElseThrow(() -> new RefusedException(RegisterCode.NOT_IN_TRANSIT, transferOut.value()));
        long whole = Math.addExact(item.amountMils(), item.feeMils());
        draft.inTransit = Math.subtractExact(draft.inTransit, whole);
        if (done) {
            draft.transferOut = Math.addExact(draft.transferOut, item.amountMils());
            draft.fees = Math.addExact(draft.fees, item.feeMils());
        } else {
            draft.descending = Math.addExact(draft.descending, whole);
        }
        return draft.done(item.amountMils(), item.feeMils(), item.card(), Optional.of(transferOut));
    }

    /** Terminal (rule V6). What is in transit must be settled first: later nothing could take it. */
    private static Change withdraw(Draft draft) throws RefusedException {
        require(draft.before, RUNNING_OR_LOCKED, "withdraw");
        if (draft.inTransit != 0) {
            throw new RefusedException(RegisterCode.STATE_FORBIDS, draft.inTransit + " mils are in transit");
        }
        long rest = draft.descending;
        draft.withdrawn = Math.addExact(draft.withdrawn, rest);
        draft.descending = 0;
        draft.state = MeterState.WITHDRAWN;
        draft.lockReason = "";
        return draft.done(rest, 0, "");
    }

    private static void spend(Registers before, String act, Instant at) throws RefusedException {
        require(before, RUNNING, act);
        if (!before.inspectionDeadline().equals(Instant.EPOCH) && at.isAfter(before.inspectionDeadline())) {
            throw new RefusedException(RegisterCode.INSPECTION_OVERDUE, "since " + before.inspectionDeadline());
        }
    }

    private static void require(Registers before, Set<MeterState> allowed, String act) throws RefusedException {
        if (!allowed.contains(before.state())) {
            throw new RefusedException(RegisterCode.STATE_FORBIDS, act + " while " + before.state());
        }
    }

    private static void positive(long amount) throws RefusedException {
        if (amount <= 0) {
            throw new RefusedException(RegisterCode.AMOUNT_NOT_ALLOWED, amount + " mils");
        }
    }

    /** A zero piece is always allowed; any other value lies within the limits. */
    private static void item(Registers before, long amount) throws RefusedException {
        if (amount < 0) {
            throw new RefusedException(RegisterCode.AMOUNT_NOT_ALLOWED, amount + " mils");
        }
        RegisterLimits limits = before.limits();
        if (amount != 0 && (amount < limits.itemMilsMin() || amount > limits.itemMilsMax())) {
            throw new RefusedException(
                    RegisterCode.ITEM_LIMIT, amount + " mils, allowed " + limits.itemMilsMin() + " to " + limits.itemMilsMax());
        }
    }

    private static void funds(Registers before, long whole) throws RefusedException {
        if (whole > before.descending()) {
            throw new RefusedException(RegisterCode.FUNDS_SHORT, whole + " mils of " + before.descending());
        }
    }

    /** Bounded, and printable so that it survives its encoding and cannot forge a line of a listing. */
    private static String reference(String text) throws RefusedException {
        if (text.length() > REFERENCE_CHARS_MAX) {
            throw new RefusedException(RegisterCode.REFERENCE_TOO_LONG, text.length() + " characters");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                throw new RefusedException(RegisterCode.REFERENCE_TOO_LONG, "characters that cannot be printed");
            }
        }
        return text;
    }
}
