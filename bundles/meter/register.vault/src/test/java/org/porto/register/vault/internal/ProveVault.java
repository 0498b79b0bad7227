// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;

/**
 * The proof of the vault, {@code ./porto prove vault [--long] [--seed N]}: crash points, faults, hostile code, lives by chance, kills.
 * Progress on standard error; the last line on standard output is one JSON object. Exit 1 when anything failed.
 */
public final class ProveVault {

    private static final int WORKERS = 2;
    private static final int STEPS = 150;

    private final boolean thorough;
    private final long seed;
    private final AtomicLong crashPoints = new AtomicLong();
    private final AtomicInteger faults = new AtomicInteger();
    private final AtomicInteger seeds = new AtomicInteger();
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger hostile = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();

    private ProveVault(boolean thorough, long seed) {
        this.thorough = thorough;
        this.seed = seed;
    }

    public static void main(String[] arguments) throws Exception {
        boolean thorough = false;
        long seed = System.currentTimeMillis();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--long" -> thorough = true;
                case "--seed" -> seed = Long.parseLong(arguments[++i]);
                case "--json" -> say("results come as JSON in any case");
                default -> {
                    say("usage: ./porto prove vault [--long] [--seed N] [--json]");
                    System.exit(2);
                }
            }
        }
        ProveVault proof = new ProveVault(thorough, seed);
        proof.run();
        System.out.println(proof.json());
        System.exit(proof.failures.get() > 0 ? 1 : 0);
    }

    private String json() {
        return "{\"proof\":\"vault\",\"crash_points\":" + crashPoints + ",\"faults\":" + faults + ",\"seeds\":" + seeds + ",\"kills\":"
                + kills + ",\"hostile\":" + hostile + ",\"seed\":" + seed + ",\"failures\":" + failures + "}";
    }

    static synchronized void say(String line) {
        System.err.println(line);
    }

    private void run() throws Exception {
        say("seed " + seed + (thorough ? ", long" : ""));
        List<Callable<Void>> work = new ArrayList<>();
        work.add(() -> part("crash points", this::crashes));
        work.add(() -> part("faults", this::faults));
        work.add(() -> part("hostile code", this::hostile));
        work.add(() -> part("lives by chance", this::simulations));
        work.add(() -> part("kills", this::kills));
        if (thorough) {
            work.add(() -> part("full file system", this::fullFileSystem));
        }
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
        try {
            List<Future<Void>> running = new ArrayList<>();
            work.forEach(w -> running.add(workers.submit(w)));
            for (Future<Void> future : running) {
                future.get();
            }
        } catch (ExecutionException e) {
            failures.incrementAndGet();
            say("FAILED: " + e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    private interface Part {
        void run() throws Exception;
    }

    private Void part(String name, Part part) {
        long began = System.nanoTime();
        try {
            part.run();
        } catch (Exception | AssertionError e) {
            failed(name, e);
        }
        say(name + ": " + (System.nanoTime() - began) / 1_000_000_000L + " s");
        return null;
    }

    private void failed(String name, Throwable e) {
        failures.incrementAndGet();
        say("FAILED " + name + ": " + e);
        for (StackTraceElement at : e.getStackTrace()) {
            if (at.getClassName().startsWith("org.porto")) {
                say("    at " + at);
            }
        }
    }

    private void crashes() throws Exception {
        say(CrashPoints.Count.heading());
        new CrashCases(thorough ? CrashPoint.Depth.LONG : CrashPoint.Depth.FULL, seed).each(count -> {
            crashPoints.addAndGet(count.worlds());
            faults.addAndGet(count.failing());
            say(count.toString());
        }, this::failed);
    }

    private void faults() throws Exception {
        FaultTable table = ProofBench.faultTable(thorough ? 400 : 40);
        say(FaultTable.markdown((kind, fault) -> {
            try {
                String found = table.cell(kind, fault);
                if (!found.equals("-")) {
                    faults.incrementAndGet();
                }
                FaultExpectations.check(kind, fault, found);
                return found;
            } catch (Exception | AssertionError e) {
                failed(kind + ", " + fault.words, e);
                return "WRONG";
            }
        }));
    }

    private void hostile() {
        Result result = new JUnitCore().run(HostileTest.class);
        hostile.addAndGet(result.getRunCount());
        result.getFailures().forEach(failure -> failed(failure.getTestHeader(), failure.getException()));
    }

    private void simulations() throws Exception {
        int count = thorough ? 2_000 : 60;
        Map<String, Integer> happened = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            try {
                new Simulation(seed + i).run(STEPS).forEach((what, times) -> happened.merge(what, times, Integer::sum));
            } catch (Exception | AssertionError e) {
                failed("seed " + (seed + i), e);
            }
            seeds.incrementAndGet();
            if (i % (count / 10) == 0) {
                say("lives by chance: " + i + " of " + count);
            }
        }
        say("lives by chance: " + happened);
    }

    private void kills() throws Exception {
        Path folder = java.nio.file.Files.createTempDirectory("porto-kill");
        try {
            KillLoop loop = new KillLoop(folder.resolve("vault"), seed);
            int count = thorough ? 200 : 25;
            long end = System.nanoTime() + (thorough ? 3_600L : 90L) * 1_000_000_000L; // on a slow disk fewer
            for (int i = 0; i < count && (i < 5 || System.nanoTime() - end < 0); i++) {
                loop.once();
                kills.incrementAndGet();
                if (i % 5 == 4) {
                    say("kills: " + (i + 1) + " of " + count + ", " + loop.acknowledged() + " records acknowledged");
                }
            }
        } finally {
            delete(folder);
        }
    }

    static void delete(Path folder) throws IOException {
        try (var files = java.nio.file.Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                java.nio.file.Files.delete(file);
            }
        }
    }

    private void fullFileSystem() throws Exception {
        String skipped = FullFileSystem.run();
        say("full file system: " + (skipped.isEmpty() ? "survived" : "SKIPPED, " + skipped));
    }
}
