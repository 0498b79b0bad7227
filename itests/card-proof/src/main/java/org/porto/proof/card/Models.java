// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Promela models under spin: the right one must have no error in any state, each broken one at least one. */
final class Models {

    private static final Pattern STATES = Pattern.compile("(\\d+) states, stored");
    private static final Pattern ERRORS = Pattern.compile("errors: (\\d+)");
    private static final int MINUTES = 10;
    /** A model, how many broken variants it has, and how more of it is searched. */
    private record Model(String name, int broken, String more) {}

    private static final List<Model> MODELS = List.of(new Model("transfer", 11, "-DDEBITS=2"), new Model("purchase", 6, "-DMEETINGS=4"), new Model("recharge", 6, "-DMEETINGS=4"));

    /** One run of a verifier. */
    private record Result(long states, long errors, boolean complete) {}

    private final Path folder;
    private final Path scratch;
    private final Consumer<String> say;
    long states;
    /** Errors in right models, and broken ones without error. */
    int errors;

    Models(Path folder, Path scratch, Consumer<String> say) {
        this.folder = folder;
        this.scratch = scratch;
        this.say = say;
    }

    void run(boolean thorough) throws IOException, InterruptedException {
        for (Model model : MODELS) {
            String name = model.name();
            Result right = verify(name, 0, thorough ? List.of(model.more()) : List.of());
            states += right.states();
            boolean good = right.errors() == 0 && right.complete();
            StringBuilder line = new StringBuilder(name + ": " + right.states() + " states, " + right.errors() + " errors"
                    + (right.complete() ? "" : ", not all states searched") + "; broken:");
            for (int i = 1; i <= model.broken(); i++) {
                Result broken = verify(name, i, List.of());
                good &= broken.errors() > 0;
                line.append(' ').append(i).append(broken.errors() > 0 ? " found" : " NOT FOUND");
            }
            errors += good ? 0 : 1;
            say.accept(line.toString());
        }
    }

    private Result verify(String name, int broken, List<String> defines) throws IOException, InterruptedException {
        Path work = Files.createDirectories(scratch.resolve(name + broken));
        List<String> spin = new ArrayList<>(List.of("spin", "-DBROKEN=" + broken));
        spin.addAll(defines);
        spin.addAll(List.of("-a", folder.resolve(name + ".pml").toAbsolutePath().toString()));
        call(work, spin);
        // most models are searched in less time than a better compiler pass takes
        call(work, List.of("gcc", "-O1", "-w", "-DSAFETY", "-DCOLLAPSE", "-DMEMLIM=1500", "-o", "pan", "pan.c"));
        String out = call(work, List.of(work.resolve("pan").toAbsolutePath().toString(), "-m100000"));
        boolean complete = !out.contains("max search depth too small") && !out.contains("Search not completed");
        return new Result(number(STATES, out), number(ERRORS, out), complete);
    }

    private static long number(Pattern pattern, String out) throws IOException {
        Matcher matcher = pattern.matcher(out);
        if (!matcher.find()) {
            throw new IOException("spin's verifier said: " + out);
        }
        return Long.parseLong(matcher.group(1));
    }

    private static String call(Path work, List<String> command) throws IOException, InterruptedException {
        Path log = work.resolve("log");
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException(command.get(0) + " took more than " + MINUTES + " minutes");
        }
        String out = Files.readString(log, StandardCharsets.ISO_8859_1);
        if (process.exitValue() != 0) {
            throw new IOException(command + " failed: " + out);
        }
        return out;
    }
}
