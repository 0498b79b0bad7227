// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.datacentre;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.porto.ledger.sql.internal.BenchLedger;
import org.porto.model.api.RefusedException;
import org.porto.testkit.postgres.PostgresServer;

/** {@code ./porto bench datacentre}: rounds of each load in turn, medians told. */
public final class Main {

    private static final int WARM_UP_SECONDS = 3;

    private final int rounds;
    private final int seconds;
    private final int callers;
    private final int scale;
    private final boolean json;
    private final Map<String, List<Double>> measured = new LinkedHashMap<>();

    private Main(List<String> arguments) {
        json = arguments.contains("--json");
        rounds = number(arguments, "--rounds", 3);
        seconds = number(arguments, "--seconds", 5);
        callers = number(arguments, "--callers", 64);
        scale = number(arguments, "--scale", callers);
    }

    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        int only = words.indexOf("--only");
        if (only >= 0 && (only + 1 == words.size() || !words.get(only + 1).equals("ledger"))) {
            System.err.println("porto: --only ledger is all there is");
            System.exit(1);
        }
        try {
            new Main(words).ledger();
        } catch (IOException | RefusedException | BenchException e) {
            System.err.println("porto: " + e.getMessage());
            System.exit(1);
        }
    }

    private static int number(List<String> arguments, String name, int otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 || at + 1 == arguments.size() ? otherwise : Integer.parseInt(arguments.get(at + 1));
    }

    private void ledger() throws IOException, RefusedException, BenchException {
        Path programs = PostgresServer.programs().orElseThrow(() -> new IOException("no PostgreSQL is installed"));
        Path folder = Files.createTempDirectory("porto-bench");
        try (PostgresServer server = PostgresServer.start(programs);
                BenchLedger postgres = new BenchLedger(server.url());
                BenchLedger h2 = new BenchLedger("jdbc:h2:file:" + folder.resolve("ledger") + ";DB_CLOSE_ON_EXIT=FALSE")) {
            Pgbench pgbench = new Pgbench(server, scale);
            LedgerLoad many = new LedgerLoad(postgres.ledger(), callers);
            LedgerLoad one = new LedgerLoad(postgres.ledger(), 1);
            LedgerLoad manyH2 = new LedgerLoad(h2.ledger(), callers);
            LedgerLoad oneH2 = new LedgerLoad(h2.ledger(), 1);
            many.run(WARM_UP_SECONDS);
            manyH2.run(WARM_UP_SECONDS);
            for (int round = 0; round < rounds; round++) {
                note("pgbench_tps", pgbench.run(callers, seconds));
                note("ledger_posts_per_s", many.run(seconds));
                note("pgbench_tps_1", pgbench.run(1, seconds));
                note("ledger_posts_per_s_1", one.run(seconds));
                note("ledger_h2_posts_per_s", manyH2.run(seconds));
                note("ledger_h2_posts_per_s_1", oneH2.run(seconds));
            }
            long began = System.nanoTime();
            long entries = postgres.ledger().verify();
            note("verify_entries_per_s", entries * 1e9 / (System.nanoTime() - began));
            h2.ledger().verify();
            tell();
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void note(String key, double value) {
        measured.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
        if (!json) {
            System.out.printf(Locale.ROOT, "  %-26s %10.1f%n", key, value);
        }
    }

    private double median(String key) {
        List<Double> values = new ArrayList<>(measured.get(key));
        Collections.sort(values);
        return values.get(values.size() / 2);
    }

    private void tell() {
        Map<String, Double> results = new LinkedHashMap<>();
        measured.keySet().forEach(key -> results.put(key, median(key)));
        results.put("ledger_over_pgbench", median("ledger_posts_per_s") / median("pgbench_tps"));
        results.put("ledger_over_pgbench_1", median("ledger_posts_per_s_1") / median("pgbench_tps_1"));
        if (json) {
            System.out.println(results.entrySet().stream()
                    .map(e -> String.format(Locale.ROOT, "\"%s\": %.2f", e.getKey(), e.getValue()))
                    .collect(Collectors.joining(", ", "{\"callers\": " + callers + ", \"scale\": " + scale + ", ", "}")));
        } else {
            System.out.println("medians:");
            results.forEach((key, value) -> System.out.printf(Locale.ROOT, "  %-26s %10.2f%n", key, value));
        }
    }
}
