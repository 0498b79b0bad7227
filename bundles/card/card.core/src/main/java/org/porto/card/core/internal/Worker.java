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

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ExecutorService thread;

    Worker(String name) {
        thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * The limit is counted in short waits: when the whole process stood still (a stopped or starved machine), that is not the
     * driver's time, and costs it one of them.
     *
     * @throws TimeoutException when it hangs; it is interrupted
     * @throws ExecutionException with what it threw
     */
    <T> T call(Callable<T> task, Duration limit) throws ExecutionException, TimeoutException {
        Future<T> future = thread.submit(task);
        long left = limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                long slice = Math.min(left, SLICE_NANOS);
                long begun = System.nanoTime();
                try {
                    return future.get(slice, TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true; // the limit bounds the wait; an exchange is not given up half way
                    left -= Math.min(slice, System.nanoTime() - begun);
                } catch (TimeoutException e) {
                    left -= slice;
                    if (left <= 0) {
                        future.cancel(true);
                        throw e;
                    }
                }
            }
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
