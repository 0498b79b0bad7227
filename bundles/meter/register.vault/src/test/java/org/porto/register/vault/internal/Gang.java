// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.porto.model.api.PortoException;
import org.porto.register.api.RegisterRecord;

/**
 * Callers at the same time, in an order that repeats: the first one is held inside its first write until all the others have lined up
 * behind it one by one, so that group commit makes the first one a batch of its own and all the others the next.
 */
final class Gang {

    /** Takes what each caller got. */
    interface Outcome {
        void of(Act act, RegisterRecord record, PortoException failure);
    }

    private static final long PATIENCE_SECONDS = 30;

    private Gang() {}

    /** Posts all; throws the first failure. */
    static void post(FaultDisk disk, Vault vault, List<Act> acts, Consumer<Act> answered) throws PortoException {
        AtomicReference<PortoException> first = new AtomicReference<>();
        post(disk, vault, acts, (act, record, failure) -> {
            if (failure == null) {
                answered.accept(act);
            } else {
                first.compareAndSet(null, failure);
            }
        });
        if (first.get() != null) {
            throw first.get();
        }
    }

    static void post(FaultDisk disk, Vault vault, List<Act> acts, Outcome outcome) {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch lined = new CountDownLatch(1);
        Consumer<FaultDisk.Step> before = disk.observer;
        List<Thread> threads = new ArrayList<>();
        ConcurrentHashMap<Act, Throwable> broken = new ConcurrentHashMap<>();
        disk.observer = step -> {
            before.accept(step);
            if (!threads.isEmpty() && Thread.currentThread() == threads.get(0) && inside.getCount() > 0) {
                inside.countDown();
                await(lined);
            }
        };
        for (Act act : acts) {
            Thread thread = new Thread(() -> {
                try {
                    outcome.of(act, act.on(vault), null);
                } catch (PortoException e) {
                    outcome.of(act, null, e);
                } finally {
                    inside.countDown(); // also when it was refused before any write
                }
            });
            thread.setUncaughtExceptionHandler((t, e) -> broken.put(act, e));
            threads.add(thread);
            thread.start();
            if (threads.size() == 1) {
                await(inside);
            } else {
                waits(thread);
            }
        }
        lined.countDown();
        for (Thread thread : threads) {
            try {
                thread.join(PATIENCE_SECONDS * 1000);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (thread.isAlive()) {
                throw new AssertionError("a caller never came back: " + List.of(thread.getStackTrace()));
            }
        }
        disk.observer = before;
        broken.forEach((act, e) -> {
            throw new AssertionError(act + ": " + e, e);
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("callers did not line up");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Until the thread stands in line, or is through. */
    private static void waits(Thread thread) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (thread.getState() == Thread.State.RUNNABLE || thread.getState() == Thread.State.NEW) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("a caller runs on and on");
            }
            Thread.onSpinWait();
        }
    }
}
