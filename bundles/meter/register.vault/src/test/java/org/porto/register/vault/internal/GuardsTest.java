// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.cache.CacheLongKeyLIRS;
import org.junit.Test;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.register.api.RegisterOperation;

/** Guards between threads that only a thread at the wrong place shows. */
public class GuardsTest {

    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch out = new CountDownLatch(1);

    private static Act frank(long number) {
        return Act.of(number, new RegisterOperation.Frank(10, "letter"));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void settled(Thread thread, Thread.State... states) {
        while (!List.of(states).contains(thread.getState())) {
            Thread.onSpinWait();
        }
    }

    /** A read of this kind of file hangs, in the thread that is meant, from now on. */
    private void hangs(FaultDisk disk, ProofBench.Kind kind, java.util.function.BooleanSupplier here) {
        disk.unreadable = file -> {
            if (kind.is(file) && here.getAsBoolean() && inside.getCount() > 0) {
                inside.countDown();
                await(out);
            }
            return false;
        };
    }

    private static Object field(Object of, Class<?> type, String name) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    /** What the table has in memory is forgotten: its next read is one of the medium. */
    private static void forget(Ledger ledger) throws ReflectiveOperationException {
        TableStore table = ((Stores) field(ledger, Ledger.class, "stores")).table();
        FileStore<?> file = ((MVStore) field(table, TableStore.class, "store")).getFileStore();
        ((CacheLongKeyLIRS<?>) field(file, FileStore.class, "cache")).clear();
    }

    private static Bench larger() throws Exception {
        Bench bench = ProofBench.on(ProofBench.empty(), new TestKeys());
        bench.segmentBytes = 64 * 1024; // records of several leaves
        return bench;
    }

    /** The commit that is made ready counts to the table's window: one that hangs is found like a write that does. */
    @Test
    public void aCommitThatHangsWhileItIsMadeReadyIsFoundByTheWatchdog() throws Exception {
        Bench bench = larger();
        FaultDisk disk = (FaultDisk) bench.disk;
        AtomicReference<PortoException> got = new AtomicReference<>();
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
            for (int i = 0; i < 60; i++) {
                frank(100 + i).on(vault);
            }
            forget((Ledger) field(vault, Vault.class, "ledger"));
            Thread stuck = new Thread(() -> {
                try {
                    frank(500).on(vault);
                } catch (PortoException e) {
                    got.set(e);
                }
            });
            hangs(disk, ProofBench.Kind.TABLE, () -> true);
            stuck.start();
            await(inside);
            bench.nanos += WINDOW.toNanos() * 2;
            vault.watch();
            Thread next = new Thread(() -> {
                RefusedException e = assertThrows(RefusedException.class, () -> frank(501).on(vault));
                assertEquals("REG-015", e.code());
            });
            next.start();
            next.join(10_000);
            assertFalse("the next caller waits for one that hangs", next.isAlive());
            out.countDown();
            stuck.join(20_000);
            assertEquals("REG-015", got.get().code());
            frank(500).on(vault);
            assertEquals(64, vault.verify());
        } finally {
            out.countDown();
        }
    }

    private static Ledger ledger(Bench bench, Executor upkeep) {
        Vault.Setting setting = new Vault.Setting(
                bench.folder, bench.disk, Bench.SERIAL, Bench.EUR, WINDOW, Duration.ofDays(1), bench.segmentBytes, bench.batchMax);
        Papers papers = new Papers(bench.disk, bench.folder, () -> bench.now);
        return new Ledger(setting, new Seal(bench.keys), () -> bench.now, bench.windows(), papers, new Counters(), Runnable::run, upkeep);
    }

    private static void posted(Ledger ledger, long number, RegisterOperation operation) throws Exception {
        Request request = new Request(Bench.id(number), Optional.of(operation));
        Ledger.Batch batch = ledger.batch();
        batch.stage(request);
        batch.write();
        request.answer();
    }

    /** A piece of a full segment is copied by another thread: the stores close behind that one only. */
    @Test
    public void theTableClosesBehindWhoCopies() throws Exception {
        Bench bench = larger();
        FaultDisk disk = (FaultDisk) bench.disk;
        Deque<Runnable> brought = new ConcurrentLinkedDeque<>();
        Ledger ledger = ledger(bench, brought::add);
        for (int i = 0; i < 3; i++) {
            posted(ledger, 1 + i, Bench.running().get(i));
        }
        for (long number = 100; brought.isEmpty(); number++) {
            posted(ledger, number, new RegisterOperation.Frank(10, "letter"));
            if (disk.files().stream().filter(ProofBench.Kind.JOURNAL::is).count() == 2) {
                ledger.maintain(4096);
                if (disk.files().stream().noneMatch(ProofBench.Kind.ARCHIVED_TABLE::is)) {
                    brought.remove().run(); // the first piece
                }
            } else if (!brought.isEmpty()) {
                brought.remove().run();
            }
        }
        forget(ledger);
        Thread reader = new Thread(brought.getLast());
        hangs(disk, ProofBench.Kind.TABLE, () -> Thread.currentThread() == reader);
        reader.start();
        await(inside);
        Thread closes = new Thread(ledger::close);
        closes.start();
        settled(closes, Thread.State.WAITING, Thread.State.TERMINATED);
        assertTrue("closed while somebody reads in it", closes.isAlive());
        out.countDown();
        closes.join(20_000);
        reader.join(20_000);
        assertFalse(closes.isAlive());
        assertFalse(reader.isAlive());
    }

    /**
     * One that leads from batch to batch would take a lock that is not fair again before whoever waits for it has woken up. By its
     * kind: how often that happens is the machine's affair.
     */
    @Test
    public void whoeverNeedsTheLedgerForHimselfComesNext() throws Exception {
        try (Vault vault = larger().vault()) {
            Object commits = field(vault, Vault.class, "commits");
            assertTrue(((ReentrantLock) field(commits, GroupCommit.class, "work")).isFair());
        }
    }

    /** A vault that closes has no threads to give work to: whoever brings it does it. */
    @Test
    public void workIsTakenBackAfterTheEnd() throws Exception {
        ThreadPoolExecutor threads = GroupCommit.threads();
        threads.shutdown();
        AtomicReference<Thread> by = new AtomicReference<>();
        threads.execute(() -> by.set(Thread.currentThread()));
        assertEquals(Thread.currentThread(), by.get());
    }

    /** Those who wait in line while it closes are answered all the same. */
    @Test
    public void callersInLineAreAnsweredWhenTheVaultCloses() throws Exception {
        CrashPoints.Ground ground = ProofBench.after(ProofBench.life().subList(0, 4));
        FaultDisk disk = ground.disk().copy();
        Vault vault = ground.bench(disk).vault();
        vault.registers();
        disk.observer = step -> {
            if (inside.getCount() > 0) {
                inside.countDown();
                await(out);
            }
        };
        AtomicInteger answered = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Act act = frank(100 + i);
            Thread thread = new Thread(() -> {
                try {
                    act.on(vault);
                    answered.incrementAndGet();
                } catch (PortoException e) {
                    if (e.code().equals("REG-014")) {
                        answered.incrementAndGet();
                    }
                }
            });
            threads.add(thread);
            thread.start();
            if (i == 0) {
                await(inside);
            } else {
                settled(thread, Thread.State.WAITING, Thread.State.TIMED_WAITING);
            }
        }
        Thread closes = new Thread(vault::close);
        threads.add(closes);
        closes.start();
        settled(closes, Thread.State.TIMED_WAITING);
        out.countDown();
        for (Thread thread : threads) {
            thread.join(20_000);
            assertFalse("a caller was never answered", thread.isAlive());
        }
        assertEquals(6, answered.get());
    }
}
