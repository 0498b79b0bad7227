// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Test;
import org.porto.register.api.RegisterCode;

public class BesideTest {

    private final AtomicInteger done = new AtomicInteger();

    @Test
    public void whoNeedsItDoesItWhenNobodyHasBegun() throws Exception {
        Beside beside = new Beside(task -> {}, done::incrementAndGet);
        assertEquals(0, done.get());
        beside.join();
        beside.join();
        beside.end();
        assertEquals(1, done.get());
    }

    @Test
    public void itsFailureIsThatOfWhoeverNeedsIt() throws Exception {
        StoreException broken = new StoreException(RegisterCode.RECORD_BROKEN, "here");
        Beside failed = new Beside(Runnable::run, () -> {
            throw broken;
        });
        assertEquals(broken, assertThrows(StoreException.class, failed::join));
        failed.end();
        Beside thrown = new Beside(Runnable::run, () -> {
            throw new IllegalArgumentException("there");
        });
        assertThrows(IllegalStateException.class, thrown::join);
    }

    /** A store is closed behind it: nobody may then be in it still. */
    @Test
    public void atTheEndNobodyIsAtIt() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch out = new CountDownLatch(1);
        AtomicBoolean through = new AtomicBoolean();
        Beside beside = new Beside(task -> new Thread(task).start(), () -> {
            inside.countDown();
            await(out);
            through.set(true);
        });
        assertTrue(inside.await(20, TimeUnit.SECONDS));
        Thread ends = new Thread(beside::end);
        ends.start();
        while (ends.getState() != Thread.State.WAITING && ends.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
        assertTrue(ends.isAlive());
        assertFalse(through.get());
        out.countDown();
        ends.join(20_000);
        assertFalse(ends.isAlive());
        assertTrue(through.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
