// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.host.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.porto.issuer.api.DeviceInfo;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.AccountNames;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerCode;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.tms.RefillAnswer;
import org.porto.protocol.tms.RefillRequest;
import org.porto.protocol.tms.RegisterReport;
import org.porto.settlement.api.Settlement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refills exactly once (rules S2, S3): intent journalled, booked by settlement under the meter's number, outcome journalled. The
 * repeat of a number finishes or answers it.
 */
final class Refills {

    private static final Logger LOG = LoggerFactory.getLogger(Refills.class);
    private static final int CASE_CHARACTERS_MAX = 1000;
    /** Refusals after which nothing is booked, whatever an earlier try did. */
    private static final Set<String> NOT_BOOKED = Set.of(
            LedgerCode.FUNDS_SHORT.code(),
            LedgerCode.CURRENCY_WRONG.code(),
            LedgerCode.AMOUNT_NOT_ALLOWED.code(),
            LedgerCode.ACCOUNT_EXISTS.code(),
            LedgerCode.ID_TAKEN.code());

    private final RefillBook book;
    private final Ledger ledger;
    private final Settlement settlement;
    private final Limits limits;
    /** Highest register sequence seen of each meter; one number a device, so bounded by the devices registered. */
    private final Map<DeviceId, Long> seen = new HashMap<>();

    Refills(RefillBook book, Ledger ledger, Settlement settlement, Limits limits) {
        this.book = book;
        this.ledger = ledger;
        this.settlement = settlement;
        this.limits = limits;
    }

    /** @throws UncertainException when it may be booked: the meter must not take it for refused, it repeats the number */
    synchronized RefillAnswer refill(DeviceInfo device, RefillRequest request)
            throws RefusedException, UncertainException {
        DeviceId meter = device.device();
        long number = request.refillNumber();
        TransactionId transaction = transaction(request.transaction());
        Optional<RefillBook.Refill> known = book.find(meter, number);
        if (known.isPresent()) {
            RefillBook.Refill there = known.get();
            if (!there.transaction().equals(transaction) || there.amountMils() != request.amountMils()) {
                throw new RefusedException(TmsHostCode.REFILL_TAKEN, "refill " + number);
            }
            return answer(request.nonce(), there.booked() ? there : booked(device, there));
        }
        checkNew(device, request);
        try {
            book.putIntent(meter, number, transaction, request.amountMils());
        } catch (RefusedException e) {
            throw uncertain(transaction, e); // the journal may hold it and come back with it
        }
        return answer(request.nonce(), booked(device, book.find(meter, number).orElseThrow()));
    }

    private void checkNew(DeviceInfo device, RefillRequest request) throws RefusedException {
        DeviceId meter = device.device();
        long amount = request.amountMils();
        if (amount < 1 || amount > limits.refillMilsMax()) {
            throw new RefusedException(
                    TmsHostCode.AMOUNT_NOT_ALLOWED,
                    amount + " mils; most is " + Money.ofMils(limits.refillMilsMax(), limits.currency()));
        }
        RegisterReport registers = request.registers();
        if (registers == null || request.refillNumber() < 1) {
            throw new RefusedException(TmsHostCode.FIELD_WRONG, "registers or refill number");
        }
        if (registers.sequence() < seen.getOrDefault(meter, 0L)) {
            throw new RefusedException(TmsHostCode.STALE, "sequence " + registers.sequence());
        }
        Optional<RefillBook.Refill> last = book.last(meter);
        if (last.isPresent() && (!last.get().booked() || request.refillNumber() < last.get().number())) {
            throw new RefusedException(
                    TmsHostCode.REFILL_TAKEN, "refill " + request.refillNumber() + " after " + last.get().number());
        }
        reconcile(meter, registers, book.bookedMils(meter));
        if (registers.descending() > limits.balanceMilsMax() - amount) {
            throw new RefusedException(
                    TmsHostCode.BALANCE_MAX, "most is " + Money.ofMils(limits.balanceMilsMax(), limits.currency()));
        }
        noteSequence(meter, registers.sequence());
    }

    private void reconcile(DeviceId meter, RegisterReport registers, long booked) throws RefusedException {
        if (registers.refilled() != booked) {
            openCase(meter, "refilled " + registers.refilled() + " mils, booked " + booked + "; " + registers);
        }
        if (!sourcesEqualUses(registers) || !limits.currency().getCurrencyCode().equals(registers.currency())) {
            openCase(meter, "registers do not add up: " + registers);
        }
    }

    /** Before anything else of a session is taken in: a mismatch goes on record, the evidence is still uploaded. */
    synchronized void observe(DeviceId meter, RegisterReport registers) throws RefusedException {
        long booked = book.bookedMils(meter);
        long lastBooked = book.last(meter)
                .filter(RefillBook.Refill::booked)
                .map(RefillBook.Refill::amountMils)
                .orElse(0L);
        // the answer to the last refill may still be on its way to the meter
        boolean plausible = registers.refilled() == booked || registers.refilled() == booked - lastBooked;
        if (!plausible || !sourcesEqualUses(registers)) {
            record(meter, "session: booked " + booked + "; " + registers);
        }
        noteSequence(meter, registers.sequence());
    }

    private void openCase(DeviceId meter, String text) throws RefusedException {
        record(meter, text);
        throw new RefusedException(TmsHostCode.REGISTERS_MISMATCH, "a case is open for " + meter);
    }

    private void record(DeviceId meter, String text) throws RefusedException {
        String bounded = text.length() > CASE_CHARACTERS_MAX ? text.substring(0, CASE_CHARACTERS_MAX) : text;
        LOG.warn("TMH-004 case on {}: {}", meter, bounded);
        if (!book.lastCase(meter).equals(Optional.of(bounded))) {
            book.putCase(meter, bounded);
        }
    }

    /** Rule V2. Any overflow is a mismatch as well. */
    static boolean sourcesEqualUses(RegisterReport r) {
        try {
            long uses = Math.addExact(Math.addExact(r.ascending(), r.descending()), Math.addExact(r.transferOut(), r.inTransit()));
            uses = Math.addExact(uses, Math.addExact(r.withdrawn(), r.fees()));
            return uses == Math.addExact(r.refilled(), r.cardTakings());
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private RefillBook.Refill booked(DeviceInfo device, RefillBook.Refill intent)
            throws RefusedException, UncertainException {
        DeviceId meter = device.device();
        try {
            book.putBooked(meter, intent.number(), settled(device, intent));
        } catch (RefusedException e) {
            if (!NOT_BOOKED.contains(e.code())) {
                throw uncertain(intent.transaction(), e);
            }
            drop(meter, intent, e.code());
            throw e;
        }
        LOG.info("refill {} of {}: {} mils", intent.number(), meter, intent.amountMils());
        return book.find(meter, intent.number()).orElseThrow();
    }

    private String settled(DeviceInfo device, RefillBook.Refill intent) throws RefusedException {
        DeviceId meter = device.device();
        ledger.open(AccountNames.deposit(device.customer()), AccountKind.LIABILITY, limits.currency());
        ledger.open(AccountNames.meterFloat(meter), AccountKind.LIABILITY, limits.currency());
        return settlement.refill(
                meter, intent.number(), intent.transaction(), Money.ofMils(intent.amountMils(), limits.currency()));
    }

    private void drop(DeviceId meter, RefillBook.Refill intent, String code) throws UncertainException {
        try {
            book.putDropped(meter, intent.number(), code);
        } catch (RefusedException e) {
            throw uncertain(intent.transaction(), e);
        }
    }

    private static UncertainException uncertain(TransactionId transaction, RefusedException cause) {
        return new UncertainException(TmsHostCode.SERVICE_FAILED, transaction, cause.getMessage(), cause);
    }

    private void noteSequence(DeviceId meter, long sequence) {
        seen.merge(meter, sequence, Math::max);
    }

    private static RefillAnswer answer(String nonce, RefillBook.Refill refill) {
        return new RefillAnswer(
                nonce, refill.number(), refill.transaction().value(), refill.amountMils(), refill.hostReference());
    }

    private static TransactionId transaction(String text) throws RefusedException {
        if (text == null) {
            throw new RefusedException(TmsHostCode.FIELD_WRONG, "transaction");
        }
        return TransactionId.parse(text);
    }
}
