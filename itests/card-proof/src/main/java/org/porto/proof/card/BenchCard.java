// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.porto.model.api.PortoException;

/**
 * The speed of card and transfer, {@code ./porto bench card}: what the host adds to a transfer, exchanges and bytes on the wire, meetings of
 * the simulation per second beside the bare cryptography in them. Exit 1 when anything measured did not happen as it should.
 */
public final class BenchCard {

    private static final int WARM_TRANSFERS = 1_000;
    private static final int WORTH = 3;
    /** Steps of one life of the simulation. */
    private static final int STEPS = 800;
    /** Twice as long as it is measured, the compiler is waited for: rates still rise after ten seconds. */
    private static final int WARM_SHARE = 2;
    private static final int BARE_MEETINGS = 200_000;

    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final boolean json;

    private BenchCard(boolean json) {
        this.json = json;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> rest = new ArrayList<>(List.of(arguments));
        boolean json = rest.remove("--json");
        int transfers = Integer.parseInt(option(rest, "--transfers", "500"));
        int seconds = Integer.parseInt(option(rest, "--seconds", "10"));
        long seed = Long.parseLong(option(rest, "--seed", "1"));
        Path folder = Path.of(option(rest, "--dir", "var/bench/card")).toAbsolutePath().normalize();
        if (!rest.isEmpty() || transfers < 1 || seconds < 1) {
            System.err.println("usage: ./porto bench card [--json] [--transfers N] [--seconds N] [--seed N] [--dir DIR]");
            System.exit(2);
        }
        int exit = 0;
        try {
            new BenchCard(json).run(folder, transfers, seconds, seed);
        } catch (PortoException | AssertionError e) {
            System.err.println("porto: bench card: " + e);
            exit = 1;
        }
        System.exit(exit);
    }

    private static String option(List<String> rest, String key, String otherwise) {
        int at = rest.indexOf(key);
        if (at < 0 || at + 1 >= rest.size()) {
            return otherwise;
        }
        rest.remove(at);
        return rest.remove(at);
    }

    private void run(Path folder, int transfers, int seconds, long seed) throws Exception {
        figures.put("bench", "card");
        delete(folder);
        Files.createDirectories(folder);
        try (RealPlaces places = new RealPlaces(folder)) {
            transfers(places, transfers);
            exchanges(places);
        }
        simulation(folder, seconds, seed);
        delete(folder);
        print();
    }

    private void transfers(RealPlaces places, int transfers) throws PortoException {
        say("whole transfers on the real path, " + transfers + " of them");
        for (int i = 0; i < WARM_TRANSFERS; i++) {
            places.transfer(1);
        }
        List<RealPlaces.Took> all = new ArrayList<>();
        for (int i = 0; i < transfers; i++) {
            RealPlaces.Took took = places.transfer(1);
            Judge.require(took.vaultWrites() == 2, took.vaultWrites() + " vault writes in a transfer");
            all.add(took);
        }
        figures.put("host_overhead_ms", millis(all, RealPlaces.Took::host, 50));
        figures.put("host_overhead_p99_ms", millis(all, RealPlaces.Took::host, 99));
        figures.put("vault_writes_ms", millis(all, RealPlaces.Took::vault, 50));
        figures.put("vault_writes_p99_ms", millis(all, RealPlaces.Took::vault, 99));
        figures.put("journal_writes", all.get(0).journalWrites());
        figures.put("journal_writes_ms", millis(all, RealPlaces.Took::journal, 50));
        figures.put("host_without_journal_ms", millis(all, took -> took.host() - took.journal(), 50));
        figures.put("transfer_ms", millis(all, RealPlaces.Took::whole, 50));
        figures.put("virtual_card_ms", millis(all, RealPlaces.Took::card, 50));
        figures.put(
                "host_overhead_over_vault_writes",
                median(all.stream().map(took -> (double) took.host() / took.vault()).toList()));
    }

    private static double millis(List<RealPlaces.Took> all, ToLongFunction<RealPlaces.Took> of, int percent) {
        long[] sorted = all.stream().mapToLong(of).sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1L, (long) sorted.length * percent / 100)] / 1e6;
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** The second of each kind: at the first a card shows its certificate. */
    private void exchanges(RealPlaces places) throws PortoException {
        say("exchanges at the contacts of the card, between parties already paired");
        places.recharge(10_000);
        places.recharge(10_000);
        wire("recharge", places.wire.exchanges());
        places.purchase(WORTH);
        places.purchase(WORTH);
        wire("purchase", places.wire.exchanges());
        places.transfer(WORTH);
        wire("transfer", places.wire.exchanges());
    }

    private void wire(String name, List<Wire.Exchange> exchanges) {
        String order = exchanges.stream().map(e -> String.format("%02X", e.instruction())).collect(Collectors.joining(" "));
        figures.put("apdus_" + name, (long) exchanges.size());
        figures.put("apdus_" + name + "_recognised", exchanges.stream().filter(e -> !recognition(e.instruction())).count());
        figures.put("instructions_" + name, order);
        figures.put("bytes_to_card_" + name, exchanges.stream().mapToLong(Wire.Exchange::command).sum());
        figures.put("bytes_from_card_" + name, exchanges.stream().mapToLong(Wire.Exchange::response).sum());
        figures.put("wire_t1_ms_" + name, Wire.millisT1(exchanges));
        figures.put("wire_t0_ms_" + name, Wire.millisT0(exchanges));
    }

    /** SELECT, INIT PAIR, INIT PEER, AUTHENTICATE, GET CERTIFICATE. */
    private static boolean recognition(int instruction) {
        return List.of(0xA4, 0x50, 0x52, 0x82, 0xCA).contains(instruction);
    }

    private void simulation(Path folder, int seconds, long seed) throws Exception {
        say("meetings of the simulation for " + seconds + " s of processor time, seed " + seed);
        Path root = Path.of(System.getProperty("porto.root", ".")).toAbsolutePath();
        Path standin = folder.resolve("standin");
        Scratch.compile(Scratch.sources(root.resolve("itests/card-proof/src/standin/java")), standin, List.of());
        Map<String, Integer> happened = new TreeMap<>();
        try (URLClassLoader loader = Scratch.loader(List.of(standin))) {
            var simulate = loader.loadClass("org.porto.proof.card.Quick")
                    .getMethod("simulate", long.class, int.class, int.class, int.class, Map.class);
            long warm = 0;
            for (int i = 0; warm < WARM_SHARE * seconds * 1_000_000_000L; i++) {
                warm += ((long[]) simulate.invoke(null, seed + i, 1, STEPS, 0, happened))[1];
            }
            happened.clear();
            var aes = loader.loadClass("org.porto.proof.card.Quick").getMethod("aes");
            long[] before = (long[]) aes.invoke(null);
            long meetings = 0;
            long nanos = 0;
            for (int i = 0; nanos < seconds * 1_000_000_000L; i++) {
                long[] result = (long[]) simulate.invoke(null, seed + i, 1, STEPS, 0, happened);
                meetings += result[0];
                nanos += result[1];
            }
            long[] after = (long[]) aes.invoke(null);
            double keys = (double) (after[0] - before[0]) / meetings;
            double calls = (double) (after[1] - before[1]) / meetings;
            double blocks = (double) (after[2] - before[2]) / meetings;
            double bare = BareAes.nanos(keys, calls, blocks, BARE_MEETINGS);
            figures.put("sim_meetings", meetings);
            figures.put("meetings_per_s", meetings * 1e9 / nanos);
            figures.put("aes_keys_per_meeting", keys);
            figures.put("aes_calls_per_meeting", calls);
            figures.put("aes_blocks_per_meeting", blocks);
            figures.put("bare_aes_us_per_meeting", bare / 1e3);
            figures.put("meeting_over_bare_aes", nanos / (double) meetings / bare);
            figures.put("stand_in", "P-256 signatures and agreements by CheapCrypto, a keyed mixing; AES, CMAC and SHA-256 as they are");
        }
        for (String what : List.of("transfer", "purchase", "recharge")) {
            Judge.require(happened.getOrDefault(what, 0) > 0, "no " + what + " in the simulation");
        }
        say("what happened: " + happened);
    }

    private void say(String line) {
        if (!json) {
            System.out.println(line);
        }
    }

    private void print() {
        if (!json) {
            figures.forEach((key, value) -> System.out.printf(Locale.ROOT, "  %-32s %s%n", key, text(value)));
        }
        System.out.println(figures.entrySet().stream()
                .map(e -> "\"" + e.getKey() + "\":" + (e.getValue() instanceof String ? "\"" + e.getValue() + "\"" : text(e.getValue())))
                .collect(Collectors.joining(",", "{", "}")));
    }

    private static String text(Object value) {
        if (value instanceof Double number) {
            return String.format(Locale.ROOT, number < 100 ? "%.3f" : "%.0f", number);
        }
        return value.toString();
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
