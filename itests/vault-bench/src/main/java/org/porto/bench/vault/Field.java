// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** All contenders on one disk, side by side: in pairs for a single caller, in rotating slices for many. */
final class Field implements AutoCloseable {

    static final String FLOOR = "floor";
    static final String VAULT = "vault";
    static final String SQLITE = "sqlite";
    static final String H2 = "h2";
    static final int CALLERS = 64;
    private static final long WARM_NANOS = 4_000_000_000L;
    private static final long WARM_SLICE_MILLIS = 2_000;
    private static final long WARM_MOST_NANOS = 60_000_000_000L;
    private static final double COMPILING_SHARE = 0.05;

    private final Map<String, Contender> contenders = new LinkedHashMap<>();
    private final int recordBytes;
    private long done;

    Field(Path folder) throws BenchException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BenchException(folder.toString(), e);
        }
        Meter meter = new Meter(folder.resolve("vault"));
        contenders.put(VAULT, meter);
        meter.operational();
        recordBytes = RecordSize.of(meter.post());
        contenders.put(FLOOR, new Floor(folder, recordBytes));
        contenders.put(SQLITE, new SqlitePeer(folder, recordBytes));
        contenders.put(H2, new H2Peer(folder, recordBytes));
    }

    int recordBytes() {
        return recordBytes;
    }

    /** How many H2 did for a single caller, warming up included. */
    long h2Debits() {
        return done;
    }

    /**
     * The vault and another one in turn, and which of them begins changes with every debit: with more in the ring, each would always
     * find the disk and the processor as the same neighbour left them.
     *
     * @return per contender one {@link Times} a round
     */
    Map<String, List<Times>> pair(String other, int rounds, int debits) throws BenchException {
        List<String> order = new ArrayList<>(List.of(VAULT, other));
        for (String name : order) {
            warm(name);
        }
        Map<String, List<Times>> all = new LinkedHashMap<>();
        order.forEach(name -> all.put(name, new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            order.forEach(name -> all.get(name).add(new Times()));
            for (int i = 0; i < debits; i++) {
                for (String name : order) {
                    long start = System.nanoTime();
                    contenders.get(name).debit();
                    long nanos = System.nanoTime() - start;
                    all.get(name).get(round).add(nanos);
                    if (name.equals(H2)) {
                        done++;
                    }
                }
                Collections.reverse(order);
            }
        }
        return all;
    }

    /** Alone, until its code is compiled: interleaved, the slower ones would leave the others too few debits for that. */
    private void warm(String name) throws BenchException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < WARM_NANOS) {
            contenders.get(name).debit();
            if (name.equals(H2)) {
                done++;
            }
        }
    }

    /** Many callers at once until the compiler has little left to do: on two processors it else takes one of them from the callers. */
    void warm(String name, int callers) throws BenchException {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long begin = System.nanoTime();
        long compiled;
        do {
            compiled = compiler.getTotalCompilationTime();
            slice(name, callers, WARM_SLICE_MILLIS);
            compiled = compiler.getTotalCompilationTime() - compiled;
        } while (compiled > WARM_SLICE_MILLIS * COMPILING_SHARE && System.nanoTime() - begin < WARM_MOST_NANOS);
    }

    /** What many callers got in one slice. */
    record Slice(double rate, Times latencies) {}

    Slice slice(String name, int callers, long millis) throws BenchException {
        Contender contender = contenders.get(name);
        AtomicReference<BenchException> failed = new AtomicReference<>();
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch go = new CountDownLatch(1);
        List<Times> times = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            Times mine = new Times();
            times.add(mine);
            Thread thread = new Thread(() -> {
                try {
                    go.await();
                    while (!stop.get()) {
                        long start = System.nanoTime();
                        contender.debit();
                        mine.add(System.nanoTime() - start);
                    }
                } catch (BenchException e) {
                    failed.set(e);
                    stop.set(true);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }, name + "-" + i);
            threads.add(thread);
            thread.start();
        }
        long begin = System.nanoTime();
        go.countDown();
        try {
            Thread.sleep(millis);
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (failed.get() != null) {
            throw failed.get();
        }
        Times all = new Times();
        times.forEach(all::addAll);
        return new Slice(all.count() / seconds, all);
    }

    @Override
    public void close() throws BenchException {
        for (Contender contender : contenders.values()) {
            contender.close();
        }
    }
}
