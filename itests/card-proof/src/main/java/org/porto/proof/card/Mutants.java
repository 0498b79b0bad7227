// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Guards of applet, host side and transfer taken out one at a time: in a copy of the source, compiled aside. Some proof must fail for each:
 * a named test, an attack, the tears or a life by chance. The list is {@code mutants.txt}.
 */
final class Mutants {

    private static final int SECONDS = 300;

    /** What is exchanged in one file: pairs of old and new text. */
    record Change(Path file, List<String[]> texts) {}

    /** One guard and what replaces it. */
    record Mutant(String name, String by, List<Change> changes) {}

    private final Path root;
    private final Path scratch;
    private final Path standin;
    private final Consumer<String> say;
    private final ExecutorService worker = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "mutant");
        thread.setDaemon(true);
        return thread;
    });
    int count;
    int caught;

    Mutants(Path root, Path scratch, Path standin, Consumer<String> say) {
        this.root = root;
        this.scratch = scratch;
        this.standin = standin;
        this.say = say;
    }

    /**
     * The file is lines "= guard", "by proof", then pairs "- old" and "+ new", several lines of either being one text, and after the
     * pairs of one file "file path".
     */
    static List<Mutant> read(Path list, Path root) throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        List<String[]> texts = new ArrayList<>();
        String name = "";
        char last = ' ';
        for (String line : Files.readAllLines(list)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            char kind = line.charAt(0);
            String rest = line.length() > 2 ? line.substring(2) : "";
            if (kind == '=') {
                name = rest;
            } else if (line.startsWith("by ")) {
                mutants.add(new Mutant(name, line.substring(3), new ArrayList<>()));
            } else if (line.startsWith("file ")) {
                mutants.get(mutants.size() - 1).changes().add(new Change(root.resolve(line.substring(5)), texts));
                texts = new ArrayList<>();
            } else if (kind == '-') {
                if (last != '-') {
                    texts.add(new String[] {"", ""});
                }
                texts.get(texts.size() - 1)[0] += rest + "\n";
            } else if (kind == '+') {
                texts.get(texts.size() - 1)[1] += rest + "\n";
            } else {
                throw new IOException("cannot be read: " + line);
            }
            last = kind;
        }
        return mutants;
    }

    void run(long seed, String only) throws IOException {
        for (Mutant mutant : read(root.resolve("itests/card-proof/mutants.txt"), root)) {
            if (!mutant.name().contains(only)) {
                continue;
            }
            count++;
            String how = attempt(mutant, seed);
            if (how.isEmpty()) {
                say.accept("SURVIVED: " + mutant.name());
            } else {
                caught++;
                say.accept("| " + mutant.name() + " | " + mutant.changes().get(0).file().getFileName().toString().replace(".java", "") + " | " + how + " |");
            }
        }
        worker.shutdownNow();
    }

    private String attempt(Mutant mutant, long seed) throws IOException {
        Path work = Files.createDirectories(scratch.resolve("mutant" + count));
        List<Path> sources = new ArrayList<>();
        for (Change change : mutant.changes()) {
            String text = Files.readString(change.file());
            for (String[] pair : change.texts()) {
                int at = text.indexOf(pair[0]);
                if (at < 0 || text.indexOf(pair[0], at + 1) >= 0) {
                    throw new IOException(mutant.name() + ": is not once in " + change.file() + ": " + pair[0]);
                }
                text = text.substring(0, at) + pair[1] + text.substring(at + pair[0].length());
            }
            sources.add(Files.writeString(work.resolve(change.file().getFileName().toString()), text));
        }
        Path classes = work.resolve("classes");
        Scratch.compile(sources, classes, List.of());
        List<String> order = List.of(mutant.by(), "attacks/", "tears/", "lives");
        for (String proof : order) {
            String how = proof(proof, classes, seed);
            if (!how.isEmpty()) {
                return how;
            }
        }
        return "";
    }

    private String proof(String proof, Path classes, long seed) throws IOException {
        boolean named = proof.contains("#");
        List<Path> front = new ArrayList<>(List.of(classes));
        if (named) {
            front.add(root.resolve("bundles/card/purse.host/target/test-classes"));
            front.add(root.resolve("bundles/meter/transfer.core/target/test-classes"));
        } else {
            front.add(standin);
        }
        try (URLClassLoader loader = Scratch.loader(front)) {
            Future<String> future = worker.submit(() -> call(loader, proof, named, seed));
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return proof + ": no end";
        } catch (ExecutionException e) {
            return proof + ": " + e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** @return what failed, empty when nothing did */
    private static String call(ClassLoader loader, String proof, boolean named, long seed) throws ReflectiveOperationException {
        Thread.currentThread().setContextClassLoader(loader);
        Class<?> quick = loader.loadClass("org.porto.proof.card.Quick");
        try {
            if (named) {
                return (String) quick.getMethod("named", String.class).invoke(null, proof);
            }
            if (proof.contains("/")) {
                String[] parts = proof.split("/", 2);
                quick.getMethod(parts[0], String.class).invoke(null, parts[1]);
            } else {
                quick.getMethod("simulate", long.class, int.class, int.class, int.class, Map.class)
                        .invoke(null, seed, 4, 150, 30, new TreeMap<String, Integer>());
            }
            return "";
        } catch (InvocationTargetException e) {
            String why = String.valueOf(e.getCause().getMessage());
            return proof.split("/")[0] + ": " + why.substring(0, Math.min(why.length(), 110)).replace('|', '/').replace('\n', ' ');
        }
    }
}
