// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.porto.model.api.PortoException;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterVault;
import org.porto.register.vault.internal.UnsyncedVault;

/**
 * A long history, written by the engine itself on files whose syncs are left out: what lies on the disk afterwards is what the
 * engine would have written, and the run is at the same time the one that looks for memory that is never given back.
 */
final class History {

    private static final int CALLERS = 256;
    /** The first reading of the heap waits for what fills once: code, caches, buffers. */
    private static final long WARM_RECORDS_MAX = 500_000;

    private History() {}

    static void make(Path folder, long records) throws BenchException {
        var keys = Meter.keys(folder);
        UnsyncedVault unsynced =
                UnsyncedVault.open(folder.resolve("registers").toAbsolutePath(), new Meter.Identity(), keys);
        RegisterVault vault = unsynced.vault();
        try {
            operational(vault);
            long begin = System.nanoTime();
            long first = vault.registers().sequence();
            long warm = Math.min(WARM_RECORDS_MAX, first + (records - first) / 10);
            debits(vault, warm - first);
            long heapStart = Child.heap();
            debits(vault, records - vault.registers().sequence());
            long heapEnd = Child.heap();
            Child.say("records", vault.registers().sequence());
            Child.say("per_s", (records - first) / ((System.nanoTime() - begin) / 1e9));
            Child.say("heap_start_mb", heapStart / 1e6);
            Child.say("heap_end_mb", heapEnd / 1e6);
            Child.say("debits", records - first);
        } catch (PortoException e) {
            throw new BenchException("history", e);
        }
        unsynced.close();
        Meter.closed(keys);
    }

    private static void operational(RegisterVault vault) throws PortoException {
        if (vault.registers().state() == MeterState.UNINITIALISED) {
            vault.post(Meter.id(), new RegisterOperation.Authorise(
                    Meter.EUR, new RegisterLimits(1, 1_000_000, Meter.FUNDS_MILS)));
            vault.post(Meter.id(), new RegisterOperation.Activate());
            vault.post(Meter.id(), new RegisterOperation.Refill(Meter.FUNDS_MILS, 1));
        }
    }

    /** As many records as two segments hold, none of them archived: the most that an opening has to compare. */
    static void fill(Path folder) throws BenchException {
        var keys = Meter.keys(folder);
        UnsyncedVault unsynced = UnsyncedVault.withoutArchive(
                folder.resolve("registers").toAbsolutePath(), new Meter.Identity(), keys);
        RegisterVault vault = unsynced.vault();
        long records = 0;
        try {
            operational(vault);
            while (true) {
                records = vault.post(Meter.id(), Meter.DEBIT).sequence();
            }
        } catch (PortoException e) {
            if (records == 0) {
                throw new BenchException("full segments", e);
            }
            Child.say("records", records); // it refuses: both are full
        }
        unsynced.close();
        Meter.closed(keys);
    }

    private static void debits(RegisterVault vault, long count) throws BenchException {
        AtomicLong left = new AtomicLong(count);
        AtomicReference<PortoException> failed = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Thread thread = new Thread(() -> {
                try {
                    while (failed.get() == null && left.getAndDecrement() > 0) {
                        vault.post(Meter.id(), Meter.DEBIT);
                    }
                } catch (PortoException e) {
                    failed.set(e);
                }
            }, "caller-" + i);
            threads.add(thread);
            thread.start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
        if (failed.get() != null) {
            throw new BenchException("history", failed.get());
        }
    }
}
