// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.porto.crypto.bc.internal.BcCryptoService;

/**
 * The proof of card and transfer, {@code ./porto prove card [--long] [--seed N] [--meetings N]}: models, attacks, tears, lives by chance, mutants.
 * Progress on standard error; the last line on standard output is one JSON object. Exit 1 when anything failed.
 */
public final class ProveCard {

    private static final int WORKERS = 2;
    private static final int MUTANTS_MIN = 15;
    private static final long MEETINGS = 60_000;
    private static final long MEETINGS_LONG = 1_000_000;
    private static final int LIFE_STEPS = 400;
    /** After every how many cases with the product's vault the next meeting is torn again. */
    private static final int VAULT_SECOND = 1;
    private static final int FAULT_PERCENT = 20;

    private final boolean thorough;
    private final long seed;
    private final String only;
    private final String mutantsOnly;
    private final long meetingsWanted;
    private final Path root = Path.of(System.getProperty("porto.root", ".")).toAbsolutePath();
    private final AtomicInteger failures = new AtomicInteger();
    private Path scratch;
    private Path standin;
    private volatile long tearPoints;
    private volatile long tearPairs;
    private volatile long tearAgain;
    private volatile long vaultPoints;
    private volatile long vaultPairs;
    private volatile long vaultAgain;
    private volatile long attacks;
    private volatile long meetings;
    private volatile long meetingsPerSecond;
    private volatile long modelStates;
    private volatile int modelErrors;
    private volatile int mutants;
    private volatile int caught;

    private ProveCard(boolean thorough, long seed, String only, String mutantsOnly, long meetingsWanted) {
        this.thorough = thorough;
        this.seed = seed;
        this.only = only;
        this.mutantsOnly = mutantsOnly;
        this.meetingsWanted = meetingsWanted;
    }

    public static void main(String[] arguments) throws Exception {
        boolean thorough = false;
        long seed = System.currentTimeMillis();
        String only = "models,attacks,tears,vault,lives,mutants";
        String mutantsOnly = "";
        long meetingsWanted = 0;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--long" -> thorough = true;
                case "--seed" -> seed = Long.parseLong(arguments[++i]);
                case "--only" -> only = arguments[++i];
                case "--meetings" -> meetingsWanted = Long.parseLong(arguments[++i]);
                case "--mutant" -> mutantsOnly = arguments[++i];
                case "--json" -> say("results come as JSON in any case");
                default -> {
                    say("usage: ./porto prove card [--long] [--seed N] [--only models,attacks,tears,vault,lives,mutants] [--mutant WORDS]"
                            + " [--meetings N] [--json]");
                    System.exit(2);
                }
            }
        }
        ProveCard proof = new ProveCard(thorough, seed, only, mutantsOnly, meetingsWanted);
        proof.run();
        System.out.println(proof.json());
        System.exit(proof.failures.get() > 0 ? 1 : 0);
    }

    private String json() {
        return "{\"proof\":\"card\",\"tear_points\":" + (tearPoints + vaultPoints) + ",\"tear_pairs\":" + (tearPairs + vaultPairs)
                + ",\"tear_pairs_vault\":" + vaultPairs + ",\"tear_again\":" + (tearAgain + vaultAgain)
                + ",\"attacks\":" + attacks + ",\"model_states\":" + modelStates + ",\"model_errors\":" + modelErrors + ",\"mutants\":"
                + mutants + ",\"mutants_caught\":" + caught + ",\"sim_meetings\":" + meetings + ",\"meetings_per_s\":"
                + meetingsPerSecond + ",\"seed\":" + seed + ",\"failures\":" + failures + "}";
    }

    static synchronized void say(String line) {
        System.err.println(line);
    }

    private interface Part {
        void run() throws Exception;
    }

    private void run() throws IOException, InterruptedException {
        say("seed " + seed + (thorough ? ", long" : ""));
        scratch = Files.createTempDirectory("porto-card");
        standin = scratch.resolve("standin");
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
        try {
            Scratch.compile(Scratch.sources(root.resolve("itests/card-proof/src/standin/java")), standin, List.of());
            Map<String, Part> parts = new java.util.LinkedHashMap<>();
            parts.put("mutants", this::mutants);
            parts.put("models", this::models);
            parts.put("tears", this::tears);
            parts.put("vault", this::vaultTears);
            parts.put("attacks", this::attacks);
            parts.put("lives", this::lives);
            List<Future<Void>> running = new ArrayList<>();
            for (Map.Entry<String, Part> part : parts.entrySet()) {
                if (List.of(only.split(",")).contains(part.getKey())) {
                    Callable<Void> call = () -> part(part.getKey(), part.getValue());
                    running.add(workers.submit(call));
                }
            }
            for (Future<Void> future : running) {
                future.get();
            }
        } catch (ExecutionException e) {
            failures.incrementAndGet();
            say("FAILED: " + e.getCause());
        } finally {
            workers.shutdownNow();
            delete(scratch);
        }
    }

    private Void part(String name, Part part) {
        long began = System.nanoTime();
        try {
            part.run();
        } catch (Exception | Error e) {
            failures.incrementAndGet();
            say("FAILED " + name + ": " + e);
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                say("  " + cause);
                for (StackTraceElement at : cause.getStackTrace()) {
                    if (at.getClassName().startsWith("org.porto")) {
                        say("    at " + at);
                    }
                }
            }
        }
        say(name + ": " + (System.nanoTime() - began) / 1_000_000_000L + " s");
        return null;
    }

    private void models() throws Exception {
        Models models = new Models(root.resolve("itests/protocol-model"), scratch.resolve("models"), ProveCard::say);
        models.run(thorough);
        modelStates = models.states;
        modelErrors = models.errors;
        failures.addAndGet(models.errors);
    }

    private void attacks() throws Exception {
        attacks = Attacks.all(new BcCryptoService(), "", ProveCard::say);
    }

    private void tears() throws Exception {
        Tears tears = new Tears(new BcCryptoService(), ProveCard::say);
        tears.commands();
        tears.pairs(thorough ? Tears.ALL : 1, "");
        tearPoints = tears.count.points;
        tearPairs = tears.count.pairs;
        tearAgain = tears.count.second;
    }

    /** With the product's vault on the file system in memory of its own tests. */
    private void vaultTears() throws Exception {
        Path tests = root.resolve("bundles/meter/register.vault/target/test-classes");
        Path classes = scratch.resolve("realvault");
        Scratch.compile(Scratch.sources(root.resolve("itests/card-proof/src/realvault/java")), classes, List.of(tests));
        try (URLClassLoader loader = Scratch.loader(List.of(standin, classes, tests))) {
            long[] count = (long[]) loader.loadClass("org.porto.proof.card.Quick")
                    .getMethod("vaultTears", int.class)
                    .invoke(null, thorough ? Tears.ALL : VAULT_SECOND);
            vaultPoints = count[0];
            vaultPairs = count[1];
            vaultAgain = count[2];
        }
    }

    private void lives() throws Exception {
        Map<String, Integer> happened = new TreeMap<>();
        long wanted = meetingsWanted > 0 ? meetingsWanted : thorough ? MEETINGS_LONG : MEETINGS;
        try (URLClassLoader loader = Scratch.loader(List.of(standin))) {
            var simulate = loader.loadClass("org.porto.proof.card.Quick")
                    .getMethod("simulate", long.class, int.class, int.class, int.class, Map.class);
            long nanos = 0;
            long life = seed;
            for (; meetings < wanted; life++) {
                long[] result = (long[]) simulate.invoke(null, life, 1, LIFE_STEPS, FAULT_PERCENT, happened);
                meetings += result[0];
                nanos += result[1];
            }
            meetingsPerSecond = meetings * 1_000_000_000L / Math.max(1, nanos);
            say("lives by chance: seeds " + seed + " to " + (life - 1) + ", " + meetings + " meetings, " + meetingsPerSecond
                    + " a second of processor time: " + happened);
        }
    }

    private void mutants() throws Exception {
        Mutants found = new Mutants(root, scratch.resolve("mutants"), standin, ProveCard::say);
        found.run(seed, mutantsOnly);
        mutants = found.count;
        caught = found.caught;
        failures.addAndGet(found.count - found.caught);
        if (mutantsOnly.isEmpty() && found.count < MUTANTS_MIN) {
            failures.incrementAndGet();
            say("FAILED: only " + found.count + " mutants");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
