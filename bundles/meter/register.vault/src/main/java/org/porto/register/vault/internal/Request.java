// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;

/** One caller's wish, waiting for its batch. It is answered once: the first answer stands. */
final class Request {

    final TransactionId transaction;

    /** Empty: the roll-over of the key. */
    final Optional<RegisterOperation> operation;

    private final Thread caller = Thread.currentThread();
    private RegisterRecord record;
    private RefusedException refused;
    private UncertainException uncertain;
    private Optional<RuntimeException> impossible = Optional.empty();
    private volatile boolean answered;
    private volatile boolean leads;
    private volatile boolean woken;

    Request(TransactionId transaction, Optional<RegisterOperation> operation) {
        this.transaction = Objects.requireNonNull(transaction);
        this.operation = operation;
    }

    synchronized void done(RegisterRecord made) {
        if (!answered) {
            record = made;
            answered = true;
        }
    }

    synchronized void refuse(RefusedException why) {
        if (!answered) {
            refused = why;
            answered = true;
        }
    }

    synchronized void uncertain(RegisterCode code, String detail, Throwable cause) {
        if (!answered) {
            uncertain = new UncertainException(code, transaction, detail, cause);
            answered = true;
        }
    }

    /** The request itself is none, a field of it null for example: its caller alone hears of it. */
    synchronized void impossible(RuntimeException why) {
        if (!answered) {
            impossible = Optional.of(why);
            answered = true;
        }
    }

    boolean answered() {
        return answered;
    }

    /** Said while it is in the queue: whoever takes it out and answers it then wakes one that leads all the same. */
    void lead() {
        leads = true;
    }

    void wakeToLead() {
        LockSupport.unpark(caller);
    }

    /** When it is answered, once, and never the thread that does it: a wake-up is dear. */
    void wake() {
        if (answered && !woken && caller != Thread.currentThread()) {
            woken = true;
            LockSupport.unpark(caller);
        }
    }

    /** Until it is answered or is to lead; interrupts are kept for the caller. @return whether it is to lead */
    boolean await() {
        boolean interrupted = false;
        while (!answered && !leads) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            caller.interrupt();
        }
        return leads;
    }

    synchronized RegisterRecord answer() throws RefusedException, UncertainException {
        if (impossible.isPresent()) {
            throw impossible.get();
        }
        if (refused != null) {
            throw refused;
        }
        if (uncertain != null) {
            throw uncertain;
        }
        return record;
    }
}
