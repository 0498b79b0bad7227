// SPDX-License-Identifier: Apache-2.0
package org.porto.card.core.internal;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One thread on which strangers' code runs under a time limit. A thread that does not come back is left behind. */
final class Worker implements AutoCloseable {

    private final ExecutorService thread;

    Worker(String name) {
        thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * @throws TimeoutException when it hangs; it is interrupted
     * @throws ExecutionException with what it threw
     */
    <T> T call(Callable<T> task, Duration limit) throws ExecutionException, TimeoutException {
        Future<T> future = thread.submit(task);
        long end = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true; // the limit bounds the wait; an exchange is not given up half way
                }
            }
        } catch (TimeoutException e) {
            future.cancel(true);
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
