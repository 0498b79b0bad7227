// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A vault with a long history: how it starts, how fast it is verified, what it leaves in memory. */
final class LongHistory {

    static final List<String> MAKER_FLAGS = List.of("-XX:+UseSerialGC", "-Xmx512m");

    private final Path folder;
    private final long records;
    private final int rounds;
    private final Consumer<String> say;
    private final Map<String, Object> figures;

    LongHistory(Path folder, long records, int rounds, Consumer<String> say, Map<String, Object> figures) {
        this.folder = folder;
        this.records = records;
        this.rounds = rounds;
        this.say = say;
        this.figures = figures;
    }

    void run(Set<String> only) throws BenchException {
        say.accept("history of " + records + " records, by the engine itself without syncs");
        Map<String, Double> made = Child.run(MAKER_FLAGS, "make", folder.toString(), Long.toString(records));
        figures.put("history_records", made.get("records").longValue());
        figures.put("history_debits_per_s", made.get("per_s"));
        figures.put("history_mb", bytes() / 1e6);
        figures.put("garbage_debits", made.get("debits").longValue());
        figures.put("garbage_heap_start_mb", made.get("heap_start_mb"));
        figures.put("garbage_heap_end_mb", made.get("heap_end_mb"));
        if (only.contains("recovery")) {
            recovery();
        }
        if (only.contains("verify")) {
            say.accept("verify");
            Map<String, Double> verified = Child.run(MAKER_FLAGS, "verify", folder.toString());
            expect(verified);
            figures.put("verify_per_s", verified.get("records") / verified.get("seconds"));
            figures.put("verify_s", verified.get("seconds"));
        }
    }

    private void recovery() throws BenchException {
        say.accept("start-up: " + rounds + " times after the system forgot the files, " + rounds + " times warm, 64 MB of heap at most");
        List<Double> cold = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        double heap = 0;
        for (int round = 0; round < rounds; round++) {
            boolean forgotten = forget(folder);
            for (List<Double> seconds : forgotten ? List.of(cold, warm) : List.of(warm)) {
                Map<String, Double> opened = Child.run(Main.METER_FLAGS, "open", folder.toString());
                expect(opened);
                seconds.add(opened.get("seconds"));
                heap = Math.max(heap, opened.get("heap_mb"));
            }
        }
        String suffix = records == 10_000_000 ? "10m" : Long.toString(records);
        figures.put("recovery_" + suffix + "_s", Times.median(cold.isEmpty() ? warm : cold));
        figures.put("recovery_warm_s", Times.median(warm));
        figures.put("recovery_heap_mb", heap);
    }

    private void expect(Map<String, Double> child) throws BenchException {
        if (child.get("records") != records) {
            throw new BenchException(String.format(Locale.ROOT, "%.0f records where %d were written", child.get("records"), records));
        }
    }

    private long bytes() throws BenchException {
        try (Stream<Path> files = Files.walk(folder)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
            return sum;
        } catch (IOException e) {
            throw new BenchException(folder.toString(), e);
        }
    }

    /** Out of the system's file cache, by means that need no privilege. @return whether that was possible */
    static boolean forget(Path folder) throws BenchException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!done("sync", file.toString()) || !done("dd", "status=none", "count=0", "iflag=nocache", "if=" + file)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean done(String... command) throws IOException, BenchException {
        Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            return process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
