// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.porto.register.vault.internal.Bench.id;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.Test;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.register.api.RegisterOperation;

/** Maintenance beside the batches: as many roll-overs as there can be, and the power goes at any moment of it. */
public class UpkeepTest {

    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int CALLERS = 6;
    private static final int EACH = 60;

    private final TestKeys keys = new TestKeys();
    /** With maintenance on a thread of its own, as in a meter. */
    private static Vault running(Bench bench, WriteWindows windows) {
        Vault.Setting setting = new Vault.Setting(
                bench.folder, bench.disk, Bench.SERIAL, Bench.EUR, WINDOW, Duration.ofDays(1), bench.segmentBytes, 16);
        return new Vault(setting, new Seal(bench.keys), () -> bench.now, windows, Optional.empty());
    }

    /** What was told to callers before the power went. */
    private record Moment(FaultDisk world, int acknowledged) {}

    private static List<Moment> moments(FaultDisk disk, AtomicInteger acknowledged, Random random, int oneIn) {
        List<Moment> moments = new ArrayList<>();
        disk.observer = step -> {
            if (random.nextInt(oneIn) == 0) {
                int told = acknowledged.get();
                moments.add(new Moment(random.nextBoolean() ? disk.crashPoint().least() : disk.crashPoint().any(random), told));
            }
        };
        return moments;
    }

    private void allOpen(List<Moment> moments, String seed) throws Exception {
        assertTrue(seed + ": " + moments.size(), moments.size() > 20);
        for (Moment moment : moments) {
            try (Vault vault = ProofBench.on(moment.world(), keys).vault()) {
                long there = vault.registers().sequence();
                assertTrue(seed + ": " + there + " of " + moment.acknowledged(), there >= moment.acknowledged());
                assertEquals(seed, there, vault.verify());
            }
        }
    }

    @Test
    public void manyCallersLoseNothingAndThePowerMayGoAtAnyMoment() throws Exception {
        long seed = Long.getLong("seed", 20261122L);
        FaultDisk disk = ProofBench.empty();
        AtomicInteger acknowledged = new AtomicInteger();
        List<Moment> moments = moments(disk, acknowledged, new Random(seed), 12);
        AtomicReference<Exception> failed = new AtomicReference<>();
        Bench bench = ProofBench.on(disk, keys);
        try (Vault vault = running(bench, bench.windows())) {
            Bench.start(vault);
            acknowledged.set(Bench.running().size());
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                long base = 10_000L * (i + 1);
                callers.add(new Thread(() -> {
                    try {
                        for (int n = 0; n < EACH; n++) {
                            vault.post(id(base + n), new RegisterOperation.Frank(10, "letter"));
                            acknowledged.incrementAndGet();
                        }
                    } catch (PortoException e) {
                        failed.set(e);
                    }
                }));
            }
            callers.forEach(Thread::start);
            for (Thread caller : callers) {
                caller.join();
            }
            assertEquals(null, failed.get());
            assertEquals(Bench.running().size() + CALLERS * EACH, vault.verify());
            assertTrue(vault.health().archivedRecords() > 200);
            assertEquals(0, vault.health().faults());
            assertEquals(0, vault.health().repairs());
            for (int i = 0; i < CALLERS; i++) {
                assertTrue(vault.find(id(10_000L * (i + 1) + EACH - 1)).isPresent());
            }
        }
        disk.observer = step -> {};
        allOpen(moments, "seed " + seed);
    }

    /** Each piece while a batch is between its write and its sync, in either store. */
    @Test
    public void aPieceWithinABatchChangesNothingForIt() throws Exception {
        for (String store : List.of("journal-0", "registers.table")) {
            FaultDisk disk = ProofBench.empty();
            AtomicInteger acknowledged = new AtomicInteger();
            List<Moment> moments = moments(disk, acknowledged, new Random(7), 4);
            Consumer<FaultDisk.Step> moment = disk.observer;
            Deque<Runnable> waiting = new ArrayDeque<>();
            disk.observer = step -> {
                moment.accept(step);
                if (step.op() == FaultDisk.Op.FORCE && step.name().startsWith(store) && !waiting.isEmpty()) {
                    waiting.remove().run();
                }
            };
            Bench bench = ProofBench.on(disk, keys);
            bench.upkeep = waiting::add;
            try (Vault vault = bench.vault()) {
                Bench.start(vault);
                for (int i = 0; i < 120; i++) {
                    acknowledged.set(Bench.running().size() + i);
                    vault.post(id(1_000 + i), new RegisterOperation.Frank(10, "letter"));
                }
                while (!waiting.isEmpty()) {
                    waiting.remove().run();
                }
                assertTrue(store, vault.health().archivedRecords() > 60);
                assertEquals(0, vault.health().faults());
            }
            allOpen(moments, store);
        }
    }

    /** Its thread does not come back: nobody waits for it, nothing is written any more, and the vault goes on when it is back. */
    @Test
    public void maintenanceThatHangsIsFaultedByTheWatchdog() throws Exception {
        FaultDisk disk = ProofBench.empty();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch out = new CountDownLatch(1);
        Bench bench = ProofBench.on(disk, keys);
        bench.segmentBytes = 64 * 1024; // so that no call needs the room that maintenance makes
        try (Vault vault = running(bench, bench.windows())) {
            Bench.start(vault);
            disk.observer = step -> {
                if (step.op() == FaultDisk.Op.WRITE && step.file().contains("archive") && inside.getCount() > 0) {
                    inside.countDown();
                    await(out);
                }
            };
            int done = 0;
            while (inside.getCount() > 0 && done < 500) {
                vault.post(id(1_000 + done++), new RegisterOperation.Frank(10, "letter"));
            }
            assertEquals("maintenance hangs", 0, inside.getCount());
            vault.post(id(1_000 + done++), new RegisterOperation.Frank(10, "letter"));
            vault.watch();
            vault.post(id(1_000 + done++), new RegisterOperation.Frank(10, "letter"));
            bench.nanos += Duration.ofSeconds(30).toNanos();
            vault.watch();
            PortoException e = assertThrows(
                    PortoException.class, () -> vault.post(id(9_000), new RegisterOperation.Frank(10, "letter")));
            assertEquals("REG-015", e.code());
            out.countDown();
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            boolean back = false;
            while (!back && System.nanoTime() < until) {
                vault.watch();
                try {
                    vault.post(id(9_001), new RegisterOperation.Frank(10, "letter"));
                    back = true;
                } catch (PortoException again) {
                    assertEquals("REG-015", again.code());
                }
            }
            assertTrue(back);
            assertEquals(Bench.running().size() + done + 1, vault.verify());
        }
    }

    private static void frank(Vault vault, long number) throws PortoException {
        vault.post(id(number), new RegisterOperation.Frank(10, "letter"));
    }

    @Test
    public void verifyMendsTheArchiveBesideCallers() throws Exception {
        FaultDisk disk = ProofBench.empty();
        Bench bench = ProofBench.on(disk, keys);
        AtomicReference<Exception> failed = new AtomicReference<>();
        AtomicBoolean stop = new AtomicBoolean();
        try (Vault vault = running(bench, bench.windows())) {
            Bench.start(vault);
            for (int i = 0; i < 150; i++) {
                frank(vault, 100 + i);
            }
            List<String> copies = disk.files().stream().filter(file -> file.endsWith(".table") && file.contains("archive")).toList();
            assertTrue(copies.toString(), copies.size() > 2);
            copies.forEach(file -> disk.flip(file, 8 * (4096 + 300)));
            Thread caller = new Thread(() -> {
                try {
                    for (long n = 1_000; !stop.get(); n++) {
                        frank(vault, n);
                    }
                } catch (PortoException e) {
                    failed.set(e);
                }
            });
            caller.start();
            vault.verify();
            stop.set(true);
            caller.join();
            assertEquals(null, failed.get());
            assertEquals(0, vault.health().faults());
            assertTrue(vault.health().repairs() > 0);
        }
    }

    @Test
    public void theTableGrowsNoLongerThanItMust() throws Exception {
        FaultDisk disk = ProofBench.empty();
        Bench bench = ProofBench.on(disk, keys);
        try (Vault vault = running(bench, bench.windows())) {
            Bench.start(vault);
            int length = 0;
            for (int i = 0; i < 1_500; i++) {
                frank(vault, 1_000 + i);
                if (i == 300) {
                    length = disk.bytes(ProofBench.Kind.TABLE.in(disk)).length;
                }
            }
            int later = disk.bytes(ProofBench.Kind.TABLE.in(disk)).length;
            assertTrue(length + " to " + later, later <= length + 64 * 1024);
        }
    }

    /** A sync of an opening is late, and the watchdog looks just then: the opening says so, and the next one is good. */
    @Test
    public void aLateOpeningSeenByTheWatchdogIsLateOnce() throws Exception {
        FaultDisk disk = ProofBench.empty();
        Bench bench = ProofBench.on(disk, keys);
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
            frank(vault, 50);
        }
        AtomicBoolean met = new AtomicBoolean();
        try (Vault vault = running(bench, bench.windows())) {
            disk.observer = step -> {
                if (step.op() == FaultDisk.Op.FORCE && step.name().startsWith("journal-0") && met.compareAndSet(false, true)) {
                    bench.nanos += WINDOW.toNanos() * 3;
                    Thread watchdog = new Thread(vault::watch);
                    watchdog.start();
                    try {
                        watchdog.join();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            };
            PortoException e = assertThrows(PortoException.class, vault::registers);
            assertEquals("REG-015", e.code());
            vault.watch();
            frank(vault, 51);
            assertEquals(5, vault.verify());
        }
    }

    /** An error of the virtual machine in a piece closes the vault in order, and the watchdog lives. */
    @Test
    public void memoryThatRunsOutInMaintenanceCostsNobodyHisRecord() throws Exception {
        FaultDisk disk = ProofBench.empty();
        Bench bench = ProofBench.on(disk, keys);
        AtomicInteger left = new AtomicInteger(2);
        Thread caller = Thread.currentThread();
        try (Vault vault = running(bench, bench.windows())) {
            Bench.start(vault);
            disk.observer = step -> {
                if (Thread.currentThread() != caller
                        && step.file().contains("archive")
                        && step.op() == FaultDisk.Op.WRITE
                        && left.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("as if");
                }
            };
            int refused = 0;
            for (int i = 0; i < 200; i++) {
                try {
                    frank(vault, 100 + i);
                } catch (RefusedException e) { // it waited for the room that this piece was to make
                    assertEquals("REG-011", e.code());
                    refused++;
                    frank(vault, 100 + i);
                }
                vault.watch();
            }
            assertTrue("refused " + refused, refused <= 2);
            assertEquals(203, vault.verify());
            assertTrue(left.get() <= 0);
        }
    }

    @Test
    public void noRoomForTheNextSegmentClosesNothing() throws Exception {
        FaultDisk disk = ProofBench.empty();
        Bench bench = ProofBench.on(disk, keys);
        bench.segmentBytes = 64 * 1024;
        try (Vault vault = running(bench, bench.windows())) {
            Bench.start(vault);
            disk.inject(
                    FaultDisk.Effect.FULL,
                    Long.MAX_VALUE,
                    step -> step.op() == FaultDisk.Op.WRITE && step.name().equals(NextSegment.MAKING_FILE));
            for (int i = 0; i < 190; i++) {
                frank(vault, 100 + i);
            }
            assertTrue(disk.fired() > 0);
            assertEquals(0, vault.health().faults());
            disk.heal();
            for (int i = 0; i < 100; i++) {
                frank(vault, 1_000 + i);
            }
            assertEquals(293, vault.verify());
        }
    }

    @Test
    public void aWindowForMaintenanceIsNoneForAStore() throws Exception {
        WriteWindows windows = ProofBench.on(ProofBench.empty(), keys).windows();
        WriteWindows.Window maintenance = windows.open(Archive.NAME, 0);
        WriteWindows.Window journal = windows.open(Segment.NAME, 4);
        assertThrows(StoreException.class, () -> windows.check(maintenance, Segment.NAME, 4));
        assertThrows(StoreException.class, () -> windows.check(TableStore.NAME));
        assertThrows(StoreException.class, () -> windows.open(TableStore.NAME, 4));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
