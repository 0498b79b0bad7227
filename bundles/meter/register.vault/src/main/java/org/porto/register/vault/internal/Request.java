// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;

/** One caller's wish, waiting for its batch. It is answered once: the first answer stands. */
final class Request {

    private static final long LOOK_NANOS = 50_000_000;

    final TransactionId transaction;

    /** Empty: the roll-over of the key. */
    final Optional<RegisterOperation> operation;

    private final Thread caller = Thread.currentThread();
    private StoredRecord record;
    private RefusedException refused;
    private UncertainException uncertain;
    private Optional<RuntimeException> impossible = Optional.empty();
    private volatile boolean answered;

    /** Woken, or gone by itself. */
    private final AtomicBoolean left = new AtomicBoolean();

    /** Those answered with it, and its place among them: it wakes the two at twice its place. */
    private List<Request> answeredTogether = List.of();

    private int place;

    private final long lookNanos;

    Request(TransactionId transaction, Optional<RegisterOperation> operation) {
        this(transaction, operation, LOOK_NANOS);
    }

    /** @param lookNanos how often it looks by itself */
    Request(TransactionId transaction, Optional<RegisterOperation> operation, long lookNanos) {
        this.lookNanos = lookNanos;
        this.transaction = Objects.requireNonNull(transaction);
        this.operation = operation;
    }

    synchronized void done(StoredRecord made) {
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

    /** Its caller leads, and waits for nobody. */
    void leads() {
        left.set(true);
    }

    /** When it is answered, once. */
    void wake() {
        if (answered && left.compareAndSet(false, true)) {
            LockSupport.unpark(caller);
        }
    }

    /** Wakes one, who wakes two, and so on: a wake-up is dear, and whoever leads has the next batch to write. */
    static void wake(List<Request> answered) {
        if (answered.isEmpty() || answered.get(0).answeredTogether == answered) {
            return; // they are at it
        }
        for (int i = 0; i < answered.size(); i++) {
            answered.get(i).answeredTogether = answered;
            answered.get(i).place = i;
        }
        wake(answered, 0);
    }

    /** Who has left before he was woken wakes nobody: those behind him are woken here. */
    private static void wake(List<Request> answered, int place) {
        if (place >= answered.size()) {
            return;
        }
        Request request = answered.get(place);
        if (request.left.compareAndSet(false, true)) {
            LockSupport.unpark(request.caller);
        } else {
            wakeBehind(answered, place);
        }
    }

    private static void wakeBehind(List<Request> answered, int place) {
        wake(answered, 2 * place + 1);
        wake(answered, 2 * place + 2);
    }

    /**
     * Until it is answered; interrupts are kept for the caller. Looks now and then by itself: another caller that comes to grief before
     * it has woken others costs these a moment and no more.
     */
    void await() {
        boolean interrupted = false;
        while (!answered) {
            LockSupport.parkNanos(this, lookNanos);
            interrupted |= Thread.interrupted();
        }
        if (!left.compareAndSet(false, true)) {
            wakeBehind(answeredTogether, place);
        }
        if (interrupted) {
            caller.interrupt();
        }
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
        return record.record();
    }
}
