// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.Test;
import org.porto.model.api.RefusedException;
import org.porto.register.api.RegisterCode;

/** Who is answered is woken, by whomever. */
public class RequestTest {

    private static final long NEVER = TimeUnit.HOURS.toNanos(1);

    private final List<Request> requests = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private void waiting(int count, long lookNanos) throws Exception {
        for (int i = 0; i < count; i++) {
            CountDownLatch made = new CountDownLatch(1);
            long number = i;
            Thread thread = new Thread(() -> {
                Request request = new Request(Bench.id(number), Optional.empty(), lookNanos);
                requests.add(request);
                made.countDown();
                request.await();
            });
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
            assertTrue(made.await(20, TimeUnit.SECONDS));
            while (thread.getState() != Thread.State.TIMED_WAITING && thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
    }

    private void answer() {
        requests.forEach(request -> request.refuse(new RefusedException(RegisterCode.CLOSED)));
    }

    private void allReturn() throws Exception {
        for (Thread thread : threads) {
            thread.join(20_000);
            assertFalse(thread.getName(), thread.isAlive());
        }
    }

    @Test
    public void oneWakesTheOthers() throws Exception {
        for (int count : new int[] {1, 2, 3, 64}) {
            requests.clear();
            threads.clear();
            waiting(count, NEVER);
            answer();
            Request.wake(List.copyOf(requests));
            allReturn();
        }
    }

    /** As the watchdog does with callers in a write that hangs; the others wait behind them. */
    @Test
    public void thoseBehindOneThatHasGoneAreWoken() throws Exception {
        waiting(15, NEVER);
        answer();
        for (int gone : new int[] {0, 1, 4, 14}) {
            requests.get(gone).wake();
            threads.get(gone).join(20_000);
        }
        assertEquals(11, threads.stream().filter(Thread::isAlive).count());
        Request.wake(List.copyOf(requests));
        allReturn();
    }

    /** The leader's own request is among them; it waits for nobody and wakes in its place. */
    @Test
    public void theLeadersOwnIsPassedOver() throws Exception {
        waiting(7, NEVER);
        List<Request> all = new ArrayList<>();
        Request own = new Request(Bench.id(99), Optional.empty(), NEVER);
        own.leads();
        all.add(own);
        all.addAll(requests);
        answer();
        own.refuse(new RefusedException(RegisterCode.CLOSED));
        Request.wake(all);
        allReturn();
    }

    /** One that dies before it has woken others must not cost them more than a moment. */
    @Test
    public void whoIsNotWokenLooksByItself() throws Exception {
        waiting(3, TimeUnit.MILLISECONDS.toNanos(20));
        answer();
        allReturn();
    }
}
