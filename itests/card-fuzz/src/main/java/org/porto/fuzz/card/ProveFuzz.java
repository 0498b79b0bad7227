// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code ./porto prove fuzz}: the corpus once more, then the fuzzer (Jazzer, a process a side, both at once) for some seconds. What it finds
 * is kept under target/fuzz and played again by {@code --replay FILE}. Progress on standard error, one JSON object on standard output;
 * exit 1 when anything was found or failed.
 */
public final class ProveFuzz {

    private static final int SECONDS = 30;
    private static final int SECONDS_LONG = 1_800;
    private static final int SECONDS_AROUND = 120;
    private static final int INPUT_BYTES_MAX = 700;
    private static final Pattern COVERED = Pattern.compile("#\\d+\\s.* cov: (\\d+) .*");
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units:\\s*(\\d+)");
    private static final Pattern WRITTEN = Pattern.compile(".*Test unit written to (.*)");

    private interface Target {
        void run(byte[] input, Consumer<String> trace);
    }

    private static final Map<String, Target> TARGETS =
            new TreeMap<>(Map.of("applet", AppletTarget::run, "host", HostTarget::run));
    private static final Map<String, String> INSTRUMENTED = Map.of(
            "applet", "org.porto.purse.applet.**", "host", "org.porto.purse.host.**:org.porto.purse.api.**:org.porto.protocol.card.**");

    /** What one fuzzer brought. */
    private static final class Result {
        long executions;
        long edges;
        int findings;
        int failures;
    }

    private final Path root = Path.of(System.getProperty("porto.root", ".")).toAbsolutePath();
    private final Path corpora = root.resolve("itests/card-fuzz/corpus");
    private final Path kept = root.resolve("target/fuzz");
    private int seconds = SECONDS;
    private long seed = System.currentTimeMillis() & 0x7FFFFFFF;
    private String only = "";
    private boolean grow;

    private ProveFuzz() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        ProveFuzz proof = new ProveFuzz();
        Path replay = null;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--seconds" -> proof.seconds = Integer.parseInt(arguments[++i]);
                case "--long" -> proof.seconds = SECONDS_LONG;
                case "--seed" -> proof.seed = Long.parseLong(arguments[++i]);
                case "--only" -> proof.only = arguments[++i];
                case "--replay" -> replay = Path.of(arguments[++i]);
                case "--grow" -> proof.grow = true;
                case "--json" -> say("results come as JSON in any case");
                default -> {
                    say("usage: ./porto prove fuzz [--seconds N] [--long] [--seed N] [--only applet|host] [--replay FILE] [--grow] [--json]");
                    System.exit(2);
                }
            }
        }
        System.exit(replay == null ? proof.run() : proof.replay(replay));
    }

    private static synchronized void say(String line) {
        System.err.println(line);
    }

    // Replay

    private int replay(Path file) throws IOException {
        String name = file.getFileName().toString();
        for (Map.Entry<String, Target> target : TARGETS.entrySet()) {
            if (name.startsWith(target.getKey())) {
                boolean good = holds(target.getValue(), Files.readAllBytes(file), name, System.out::println);
                System.out.println(good ? "holds" : "FAILS");
                return good ? 0 : 1;
            }
        }
        say("a file to replay begins with applet or host, as the fuzzer named it");
        return 2;
    }

    /** Whatever comes out of it is what is looked for. */
    private static boolean holds(Target target, byte[] input, String name, Consumer<String> trace) {
        try {
            target.run(input, trace);
            return true;
        } catch (RuntimeException | Error e) {
            say("FAILED " + name + ": " + e);
            for (StackTraceElement at : e.getStackTrace()) {
                if (at.getClassName().startsWith("org.porto")) {
                    say("    at " + at);
                }
            }
            return false;
        }
    }

    /** The corpus: one input a line, in hexadecimal. */
    static List<byte[]> corpus(Path folder, String target) throws IOException {
        Path file = folder.resolve(target + ".txt");
        List<byte[]> inputs = new ArrayList<>();
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                inputs.add(HexFormat.of().parseHex(line.strip()));
            }
        }
        return inputs;
    }

    /** How many of the corpus fail. */
    static int regress(Path folder, String name) throws IOException {
        int failures = 0;
        int line = 0;
        for (byte[] input : corpus(folder, name)) {
            line++;
            failures += holds(TARGETS.get(name), input, name + ".txt input " + line, s -> {}) ? 0 : 1;
        }
        say(name + ": corpus of " + line + ", " + failures + " failures");
        return failures;
    }

    // Fuzzing

    private int run() throws IOException, InterruptedException {
        say("seed " + seed + ", " + seconds + " s");
        Files.createDirectories(kept);
        Path scratch = Files.createTempDirectory("porto-fuzz");
        Map<String, Result> results = new TreeMap<>();
        List<Thread> threads = new ArrayList<>();
        for (String name : TARGETS.keySet()) {
            if (name.startsWith(only)) {
                Result result = new Result();
                result.failures = regress(corpora, name);
                results.put(name, result);
                threads.add(new Thread(() -> fuzz(name, result, scratch.resolve(name)), name));
            }
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        delete(scratch);
        System.out.println(json(results));
        return results.values().stream().anyMatch(r -> r.failures + r.findings > 0) ? 1 : 0;
    }

    private String json(Map<String, Result> results) {
        StringBuilder out = new StringBuilder("{\"proof\":\"fuzz\"");
        results.forEach((name, r) -> out.append(",\"").append(name).append("\":{\"executions\":").append(r.executions)
                .append(",\"edges\":").append(r.edges).append(",\"findings\":").append(r.findings)
                .append(",\"failures\":").append(r.failures).append('}'));
        return out.append(",\"executions\":").append(results.values().stream().mapToLong(r -> r.executions).sum())
                .append(",\"edges\":").append(results.values().stream().mapToLong(r -> r.edges).sum())
                .append(",\"findings\":").append(results.values().stream().mapToInt(r -> r.findings).sum())
                .append(",\"seed\":").append(seed)
                .append(",\"failures\":").append(results.values().stream().mapToInt(r -> r.failures + r.findings).sum())
                .append('}')
                .toString();
    }

    private void fuzz(String name, Result result, Path scratch) {
        try {
            Path inputs = Files.createDirectories(scratch.resolve("corpus"));
            int number = 0;
            for (byte[] input : corpus(corpora, name)) {
                Files.write(inputs.resolve("corpus" + number++), input);
            }
            List<String> lines = jazzer(name, scratch, List.of(
                    "-max_total_time=" + seconds,
                    "-seed=" + (seed == 0 ? 1 : seed),
                    "-max_len=" + INPUT_BYTES_MAX,
                    "-timeout=120",
                    "-report_slow_units=120",
                    "-rss_limit_mb=0",
                    "-use_value_profile=1",
                    "-print_final_stats=1",
                    "-artifact_prefix=" + kept.resolve(name + "-"),
                    inputs.toString()), result);
            if (grow && result.findings + result.failures == 0 && result.executions > 0) {
                grow(name, scratch, inputs);
            }
            if (result.executions == 0) {
                result.failures++;
                lines.forEach(ProveFuzz::say);
                say("FAILED " + name + ": the fuzzer executed nothing");
            }
        } catch (IOException e) {
            result.failures++;
            say("FAILED " + name + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.failures++;
        }
        say(name + ": " + result.executions + " executions, " + result.edges + " edges, " + result.findings + " findings");
    }

    private List<String> jazzer(String name, Path scratch, List<String> options, Result result)
            throws IOException, InterruptedException {
        String type = name.equals("applet") ? AppletTarget.class.getName() : HostTarget.class.getName();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Dporto.root=" + root,
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + type,
                "--instrumentation_includes=" + INSTRUMENTED.get(name),
                "--custom_hook_includes=" + INSTRUMENTED.get(name),
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.*",
                "--reproducer_path=" + scratch));
        command.addAll(options);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).directory(scratch.toFile()).start();
        process.getOutputStream().close();
        Thread watch = new Thread(() -> end(process), "watch");
        watch.setDaemon(true);
        watch.start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                read(name, line, result);
                if (lines.size() < 2_000) {
                    lines.add(line);
                }
            }
        }
        int exit = process.waitFor();
        if (exit != 0 && result.findings == 0) {
            result.failures++;
            lines.stream().skip(Math.max(0, lines.size() - 40)).forEach(ProveFuzz::say);
            say("FAILED " + name + ": the fuzzer ended with " + exit);
        }
        return lines;
    }

    /** The fuzzer keeps its own time; this is for one that does not. */
    private void end(Process process) {
        try {
            if (!process.waitFor(seconds + (long) SECONDS_AROUND, java.util.concurrent.TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(String name, String line, Result result) {
        Matcher covered = COVERED.matcher(line);
        Matcher executed = EXECUTED.matcher(line);
        Matcher written = WRITTEN.matcher(line);
        if (covered.matches()) {
            result.edges = Long.parseLong(covered.group(1));
        } else if (executed.matches()) {
            result.executions = Long.parseLong(executed.group(1));
        } else if (written.matches()) {
            result.findings++;
            say(name + ": FOUND, kept: " + written.group(1));
            say("    ./porto prove fuzz --replay " + root.relativize(Path.of(written.group(1))));
        } else if (line.contains("== Java Exception") || line.contains("Java Assertion") || line.startsWith("\tat org.porto")) {
            say(name + ": " + line);
        }
    }

    /** Chooses the inputs that cover what all of them cover and writes them over the corpus. */
    private void grow(String name, Path scratch, Path inputs) throws IOException, InterruptedException {
        Path few = Files.createDirectories(scratch.resolve("few"));
        Result merged = new Result();
        jazzer(name, scratch, List.of("-merge=1", "-rss_limit_mb=0", few.toString(), inputs.toString()), merged);
        if (merged.failures > 0) {
            throw new IOException("the corpus was not merged; it stays as it is");
        }
        List<String> lines = new ArrayList<>(List.of("# inputs of " + name + ", one a line; made by ./porto prove fuzz --grow"));
        try (Stream<Path> files = Files.list(few)) {
            for (Path file : files.toList()) {
                lines.add(HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        lines.sort(Comparator.comparing((String s) -> !s.startsWith("#")).thenComparing(String::length).thenComparing(s -> s));
        Files.createDirectories(corpora);
        Files.write(corpora.resolve(name + ".txt"), lines);
        say(name + ": corpus of " + (lines.size() - 1));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
