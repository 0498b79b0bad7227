// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import java.util.HexFormat;
import java.util.Optional;
import org.porto.crypto.api.CryptoService;
import org.porto.journal.api.JournalCode;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.tms.RefillAnswer;
import org.porto.protocol.tms.RefillRequest;
import org.porto.protocol.tms.RefusalAnswer;
import org.porto.protocol.tms.TmsMessage;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.RegisterVault;
import org.porto.register.api.Registers;
import org.porto.tms.api.RefillResult;
import org.porto.tms.api.TmsCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refills, exactly once (rule S3). Order of acts: intent on record, ask, answer on record, registers, end on record. A crash or
 * loss between any two is mended by doing the next one again. Not thread-safe.
 */
final class Refills {

    private static final Logger LOG = LoggerFactory.getLogger(Refills.class);

    private final SessionLog log;
    private final Talk talk;
    private final RegisterVault vault;
    private final CryptoService crypto;

    Refills(SessionLog log, Talk talk, RegisterVault vault, CryptoService crypto) {
        this.log = log;
        this.talk = talk;
        this.vault = vault;
        this.crypto = crypto;
    }

    RefillResult refill(TransactionId transaction, Money amount) throws RefusedException, UncertainException {
        Optional<RefillResult> known = known(transaction, amount.mils());
        if (known.isPresent()) {
            return known.get();
        }
        Optional<SessionLog.Refill> pending = log.pending();
        if (pending.isPresent()) {
            boolean same = pending.get().transaction().equals(transaction);
            if (same && pending.get().amountMils() != amount.mils()) {
                throw new RefusedException(TmsCode.REFILL_PENDING, "refill " + pending.get().number());
            }
            if (same) {
                return settle(pending.get(), false);
            }
            settleOther(pending.get());
        }
        check(amount);
        long number = Math.addExact(Math.max(log.lastNumber(), vault.registers().refillCount()), 1);
        SessionLog.Refill intent = new SessionLog.Refill(number, amount.mils(), transaction, Optional.empty());
        durable(intent, () -> log.intend(intent));
        return settle(intent, true);
    }

    /** Ends the pending refill either way. @return whether there was one */
    boolean resolve() throws RefusedException, UncertainException {
        Optional<SessionLog.Refill> pending = log.pending();
        if (pending.isEmpty()) {
            return false;
        }
        try {
            settle(pending.get(), false);
        } catch (RefusedException e) {
            if (log.pending().isPresent()) {
                throw e;
            }
            LOG.info("pending refill {} ended without value: {}", pending.get().number(), e.getMessage());
        }
        return true;
    }

    private void settleOther(SessionLog.Refill pending) throws RefusedException {
        try {
            settle(pending, false);
        } catch (RefusedException | UncertainException e) {
            if (log.pending().isPresent()) {
                throw new RefusedException(
                        TmsCode.REFILL_PENDING, "refill " + pending.number() + ": " + e.getMessage(), e);
            }
        }
    }

    private Optional<RefillResult> known(TransactionId transaction, long amountMils) throws RefusedException {
        Optional<SessionLog.Refill> ended = log.ended(transaction);
        if (ended.isPresent()) {
            if (ended.get().amountMils() != amountMils) {
                throw new RefusedException(RegisterCode.ID_TAKEN, transaction.value());
            }
            return Optional.of(result(ended.get()));
        }
        if (log.pending().isPresent()) {
            return Optional.empty();
        }
        Optional<RegisterRecord> posted = vault.find(transaction);
        if (posted.isEmpty()) {
            return Optional.empty();
        }
        RegisterRecord record = posted.get();
        if (!"refill".equals(record.kind()) || record.amountMils() != amountMils) {
            throw new RefusedException(RegisterCode.ID_TAKEN, transaction.value());
        }
        return Optional.of(new RefillResult(record.after().refillCount(), transaction, amountMils, ""));
    }

    /** What the vault would refuse must not be booked at the host first. */
    private void check(Money amount) throws RefusedException {
        Registers registers = vault.registers();
        if (registers.state() != MeterState.OPERATIONAL) {
            throw new RefusedException(RegisterCode.STATE_FORBIDS, registers.state().toString());
        }
        if (!amount.currency().equals(registers.currency())) {
            throw new RefusedException(RegisterCode.CURRENCY_WRONG, amount.currency().toString());
        }
        if (amount.isZero()) {
            throw new RefusedException(TmsCode.AMOUNT_NOT_ALLOWED, "zero");
        }
        // What is in transit may come back: room for it stays.
        long room = registers.limits().balanceMilsMax() - registers.descending() - registers.inTransit();
        if (amount.mils() > room) {
            throw new RefusedException(RegisterCode.BALANCE_LIMIT, "room for " + Math.max(0, room) + " mils");
        }
        if (amount.mils() > Long.MAX_VALUE - registers.refilled()) {
            throw new RefusedException(RegisterCode.OVERFLOW, "refilled");
        }
    }

    /** @param fresh whether nobody can have asked the host for it yet */
    private RefillResult settle(SessionLog.Refill refill, boolean fresh) throws RefusedException, UncertainException {
        SessionLog.Refill booked = refill;
        if (refill.hostReference().isEmpty()) {
            String reference = ask(refill, fresh).hostReference();
            durable(refill, () -> log.booked(reference));
            booked = log.pending().orElseThrow();
        }
        try {
            vault.post(booked.transaction(), new RegisterOperation.Refill(booked.amountMils(), booked.number()));
        } catch (RefusedException e) {
            throw new UncertainException(
                    TmsCode.REFILL_PENDING, booked.transaction(), "booked at the host, refused here: " + e.getMessage(), e);
        }
        durable(booked, log::end);
        LOG.info("refill {} of {} mils is in the registers", booked.number(), booked.amountMils());
        return result(booked);
    }

    /**
     * Only the sealed refusal of the host, or a link that was never there for a fresh intent, proves that the host knows nothing
     * of it; whatever else is said on the nonsecure link leaves it pending.
     */
    private RefillAnswer ask(SessionLog.Refill refill, boolean fresh) throws RefusedException, UncertainException {
        RefillRequest request = new RefillRequest(
                HexFormat.of().formatHex(crypto.random(16)),
                refill.number(),
                refill.transaction().value(),
                refill.amountMils(),
                Reports.registers(vault.registers()));
        TmsMessage message;
        try {
            message = talk.ask(request);
        } catch (RefusedException e) {
            if (fresh && Talk.neverSent(e)) {
                durable(refill, log::drop);
                throw e;
            }
            throw new UncertainException(
                    TmsCode.REPLY_LOST, refill.transaction(), "refill " + refill.number() + ": " + e.getMessage(), e);
        } catch (UncertainException e) {
            throw new UncertainException(
                    TmsCode.REPLY_LOST, refill.transaction(), "refill " + refill.number() + ": " + e.getMessage(), e);
        }
        if (message instanceof RefusalAnswer refusal) {
            durable(refill, log::drop);
            throw RefusedException.relayed(refusal.code(), refusal.message());
        }
        if (message instanceof RefillAnswer answer
                && answer.refillNumber() == refill.number()
                && answer.amountMils() == refill.amountMils()
                && answer.transaction().equals(refill.transaction().value())) {
            return answer;
        }
        throw new UncertainException(
                TmsCode.ANSWER_WRONG, refill.transaction(), "answer to another refill than " + refill.number(), null);
    }

    private interface Write {
        void run() throws RefusedException;
    }

    /** After a failed write the record may be there or not: the next call reads the file and goes on from what it finds. */
    private static void durable(SessionLog.Refill refill, Write write) throws UncertainException {
        try {
            write.run();
        } catch (RefusedException e) {
            throw new UncertainException(JournalCode.WRITE_FAILED, refill.transaction(), e.getMessage(), e);
        }
    }

    private static RefillResult result(SessionLog.Refill refill) {
        return new RefillResult(
                refill.number(), refill.transaction(), refill.amountMils(), refill.hostReference().orElse(""));
    }
}
