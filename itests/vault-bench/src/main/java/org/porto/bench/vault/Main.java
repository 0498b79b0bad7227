// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** {@code ./porto bench vault}: each part measures, prints what it does for people, and adds its figures to one JSON object. */
public final class Main {

    private static final List<String> PARTS = List.of("single", "callers", "idle", "full", "history", "recovery", "verify");

    /** As the product starts a meter: small heap, plain collector. */
    static final List<String> METER_FLAGS = List.of("-XX:+UseSerialGC", "-Xmx64m");

    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final boolean json;

    private Main(boolean json) {
        this.json = json;
    }

    public static void main(String[] arguments) {
        int exit = 0;
        try {
            List<String> rest = new ArrayList<>(List.of(arguments));
            new Main(rest.remove("--json")).run(rest);
        } catch (BenchException e) {
            System.err.println("porto: bench vault: " + e.getMessage());
            exit = 1;
        }
        System.exit(exit);
    }

    private void run(List<String> rest) throws BenchException {
        Path folder = Path.of(option(rest, "--dir", "var/bench/vault")).toAbsolutePath().normalize();
        Set<String> only = new TreeSet<>(List.of(option(rest, "--only", String.join(",", PARTS)).split(",")));
        int rounds = (int) number(option(rest, "--rounds", "5"), "--rounds");
        long records = number(option(rest, "--records", "10000000"), "--records");
        if (!rest.isEmpty() || !PARTS.containsAll(only)) {
            throw new BenchException("takes --json, --dir, --rounds, --records, --only of " + String.join(",", PARTS)
                    + "; not " + String.join(" ", rest) + " " + only);
        }
        figures.put("bench", "vault");
        delete(folder);
        if (only.contains("single") || only.contains("callers")) {
            try (Field field = new Field(folder)) {
                figures.put("record_bytes", field.recordBytes());
                if (only.contains("single")) {
                    single(field, rounds);
                }
                if (only.contains("callers")) {
                    callers(field, rounds);
                }
            }
        }
        delete(folder);
        if (only.contains("idle")) {
            Map<String, Double> idle = Child.run(METER_FLAGS, "idle", folder.toString());
            figures.put("idle_heap_mb", idle.get("idle_heap_mb"));
            delete(folder);
        }
        if (only.contains("full")) {
            FullSegments.run(folder, rounds, this::say, figures);
            delete(folder);
        }
        if (only.contains("history") || only.contains("recovery") || only.contains("verify")) {
            new LongHistory(folder, records, rounds, this::say, figures).run(only);
        }
        delete(folder);
        print();
    }

    private void single(Field field, int rounds) throws BenchException {
        say("one caller: the vault and the floor in turn, the vault and SQLite, the vault and H2, " + rounds + " rounds of 300 debits each");
        Map<String, List<Times>> floor = field.pair(Field.FLOOR, rounds, 300);
        figures.put("single_vs_floor", ratio(floor, Field.VAULT, Field.FLOOR));
        put(Field.VAULT, floor);
        put(Field.FLOOR, floor);
        for (String peer : List.of(Field.SQLITE, Field.H2)) {
            Map<String, List<Times>> beside = field.pair(peer, rounds, 300);
            figures.put(peer + "_over_vault_single", ratio(beside, peer, Field.VAULT));
            put(peer, beside);
        }
        figures.put("h2_syncs_per_debit", (double) CountedDisk.syncs() / field.h2Debits());
    }

    private void put(String name, Map<String, List<Times>> times) {
        Times all = new Times();
        times.get(name).forEach(all::addAll);
        figures.put(name + "_single_us", Times.median(times.get(name).stream().map(Times::medianMicros).toList()));
        figures.put(name + "_single_p99_us", all.percentileMicros(99));
    }

    /** Of the medians of each round, the median: both were measured in the same round, in turn. */
    private static double ratio(Map<String, List<Times>> times, String upper, String lower) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < times.get(upper).size(); i++) {
            ratios.add(times.get(upper).get(i).medianMicros() / times.get(lower).get(i).medianMicros());
        }
        return Times.median(ratios);
    }

    private void callers(Field field, int rounds) throws BenchException {
        say(Field.CALLERS + " callers: slices of floor and vault by one, then vault, SQLite, H2 by " + Field.CALLERS + ", in turn");
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        Map<String, Times> latencies = new LinkedHashMap<>();
        field.warm(Field.VAULT, Field.CALLERS);
        for (int round = -1; round < rounds; round++) { // the first warms up
            Map<String, Field.Slice> slices = new LinkedHashMap<>();
            slices.put("floor", field.slice(Field.FLOOR, 1, 1_000));
            slices.put("vault_one", field.slice(Field.VAULT, 1, 1_500));
            slices.put("vault", field.slice(Field.VAULT, Field.CALLERS, 2_000));
            slices.put("sqlite", field.slice(Field.SQLITE, Field.CALLERS, 1_500));
            slices.put("h2", field.slice(Field.H2, Field.CALLERS, 1_500));
            if (round >= 0) {
                slices.forEach((name, slice) -> {
                    rates.computeIfAbsent(name, n -> new ArrayList<>()).add(slice.rate());
                    latencies.computeIfAbsent(name, n -> new Times()).addAll(slice.latencies());
                });
            }
        }
        figures.put("callers64_vs_single", quotient(rates, "vault", "vault_one"));
        figures.put("p99_64_vs_floor",
                latencies.get("vault").percentileMicros(99) / latencies.get("floor").percentileMicros(99));
        figures.put("sqlite_over_vault_64", quotient(rates, "vault", "sqlite"));
        figures.put("h2_over_vault_64", quotient(rates, "vault", "h2"));
        figures.put("floor_p99_us", latencies.get("floor").percentileMicros(99));
        figures.put("vault_one_per_s", Times.median(rates.get("vault_one")));
        for (String name : List.of("vault", "sqlite", "h2")) {
            figures.put(name + "_64_per_s", Times.median(rates.get(name)));
            figures.put(name + "_64_p50_us", latencies.get(name).medianMicros());
            figures.put(name + "_64_p99_us", latencies.get(name).percentileMicros(99));
        }
    }

    private static double quotient(Map<String, List<Double>> rates, String upper, String lower) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < rates.get(upper).size(); i++) {
            ratios.add(rates.get(upper).get(i) / rates.get(lower).get(i));
        }
        return Times.median(ratios);
    }

    private void say(String line) {
        if (!json) {
            System.out.println(line);
        }
    }

    private void print() {
        if (!json) {
            figures.forEach((key, value) -> System.out.printf(Locale.ROOT, "  %-28s %s%n", key, text(value)));
        }
        StringBuilder line = new StringBuilder("{");
        figures.forEach((key, value) -> line.append(line.length() > 1 ? "," : "")
                .append('"').append(key).append("\":")
                .append(value instanceof String ? "\"" + value + "\"" : text(value)));
        System.out.println(line.append('}'));
    }

    private static String text(Object value) {
        if (value instanceof Double number) {
            return number.isNaN() || number.isInfinite()
                    ? "null"
                    : String.format(Locale.ROOT, number < 100 ? "%.3f" : "%.0f", number);
        }
        return value.toString();
    }

    static void delete(Path tree) throws BenchException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new BenchException(tree.toString(), e);
        }
    }

    private static String option(List<String> rest, String key, String otherwise) throws BenchException {
        int at = rest.indexOf(key);
        if (at < 0) {
            return otherwise;
        }
        if (at + 1 >= rest.size()) {
            throw new BenchException(key + " needs a value");
        }
        rest.remove(at);
        return rest.remove(at);
    }

    private static long number(String text, String key) throws BenchException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new BenchException(key + " takes a whole number, not '" + text + "'", e);
        }
    }
}
