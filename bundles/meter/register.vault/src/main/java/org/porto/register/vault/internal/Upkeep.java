// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.porto.model.api.RefusedException;
import org.porto.register.api.RegisterCode;

/**
 * A piece of maintenance done beside the batches. Another thread works on files that no batch touches; what it changes in memory is
 * taken over afterwards by whoever has the ledger.
 */
final class Upkeep {

    /** The work on files. */
    interface Work {
        /** @return what is then to be taken over */
        Result run() throws StoreException, RefusedException;
    }

    /** What the ledger's user takes over. */
    interface Result {
        void take() throws StoreException, RefusedException;
    }

    private final FutureTask<Result> task;

    Upkeep(Executor others, Work work) {
        task = new FutureTask<>(work::run);
        others.execute(task);
    }

    boolean done() {
        return task.isDone();
    }

    /** Waits so long at most; an interrupt ends the waiting. @return whether it is done */
    boolean doneWithin(Duration time) {
        try {
            task.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            return task.isDone();
        }
        return task.isDone();
    }

    /** Waits for it. Interrupts are kept for the caller. */
    Result result() throws StoreException, RefusedException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failed) {
                throw failed;
            }
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw new StoreException(RegisterCode.STORE_FAILED, "maintenance: " + e.getCause(), e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
