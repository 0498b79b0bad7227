// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * One running place of a product: a folder of its own with configuration ({@code etc}), what can be made again ({@code data}) and
 * what cannot ({@code store} and the rest). Not thread-safe.
 */
public final class Instance {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final long CLOCK_SET_MILLIS_MAX = 5_000;

    private final String name;
    private final Product product;
    private final Path base;
    private Map<String, String> environment = Map.of();

    public Instance(String name, Product product, Path base) {
        this.name = name;
        this.product = product;
        this.base = base;
    }

    public String name() {
        return name;
    }

    public Product product() {
        return product;
    }

    public Path base() {
        return base;
    }

    /** Environment variables beside the inherited ones, from the next start on. */
    void environment(Map<String, String> variables) {
        environment = Map.copyOf(variables);
    }

    /** Takes a configuration away, so that what it configures stays off. */
    void unconfigure(String file) throws LauncherException {
        try {
            Files.deleteIfExists(base.resolve("etc").resolve(file));
        } catch (IOException e) {
            throw new LauncherException("cannot take " + file + " out of " + base + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes the folder, or brings it up to another build of the product: configuration is laid anew and caches are dropped, the
     * store stays. Nothing is done while it is as it should be.
     */
    void install() throws LauncherException {
        Path mark = base.resolve("data/assembly");
        String wanted = product.fingerprint();
        try {
            if (Files.exists(mark) && Files.readString(mark).equals(wanted)) {
                return;
            }
            delete(base.resolve("etc"));
            delete(base.resolve("data"));
            copy(product.home().resolve("etc"), base.resolve("etc"));
            Files.createDirectories(base.resolve("data/tmp"));
            Files.createDirectories(base.resolve("data/log"));
            Files.writeString(mark, wanted);
        } catch (IOException e) {
            throw new LauncherException("cannot set up " + base + ": " + e.getMessage(), e);
        }
    }

    /** Sets keys of a configuration file; the file is written only when something changes. */
    void configure(String file, Map<String, String> values) throws LauncherException {
        Path path = base.resolve("etc").resolve(file);
        try {
            List<String> before = Files.exists(path) ? Files.readAllLines(path) : List.of();
            List<String> after = new ArrayList<>(before);
            values.forEach((key, value) -> {
                String line = key + " = " + value;
                for (int i = 0; i < after.size(); i++) {
                    if (after.get(i).strip().matches(java.util.regex.Pattern.quote(key) + "\\s*=.*")) {
                        after.set(i, line);
                        return;
                    }
                }
                after.add(line);
            });
            if (!after.equals(before)) {
                Path aside = path.resolveSibling(file + ".tmp");
                Files.write(aside, after);
                Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new LauncherException("cannot configure " + path + ": " + e.getMessage(), e);
        }
    }

    /** Starts the virtual machine unless it runs. Returns at once; see {@link #awaitReady}. */
    public synchronized void start(String... moreOptions) throws LauncherException {
        if (process().isPresent()) {
            return;
        }
        List<String> options = new ArrayList<>(List.of(moreOptions));
        if (options.stream().noneMatch(o -> o.startsWith("-XX:ArchiveClassesAtExit"))
                && Files.exists(product.classDataArchive())) {
            options.add("-XX:SharedArchiveFile=" + product.classDataArchive());
            options.add("-Xshare:auto");
        }
        try {
            Files.createDirectories(base.resolve("data/tmp"));
            Files.createDirectories(base.resolve("deploy")); // watched by the product, which warns when it is not there
            Files.deleteIfExists(base.resolve("data/ready"));
            ProcessBuilder builder = new ProcessBuilder(product.command(base, options));
            builder.environment().putAll(environment);
            builder.directory(base.toFile());
            builder.redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(base.resolve("data/log/console.log").toFile()));
            builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
            Process process = builder.start();
            Files.writeString(base.resolve("pid"), process.pid() + " " + started(process.toHandle()) + "\n");
        } catch (IOException e) {
            throw new LauncherException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** @return milliseconds from the virtual machine's start until every component was satisfied, as the product tells */
    public long awaitReady(Duration limit) throws LauncherException {
        long end = System.nanoTime() + limit.toNanos();
        Path ready = base.resolve("data/ready");
        while (System.nanoTime() < end) {
            try {
                return Long.parseLong(Files.readString(ready).strip());
            } catch (NoSuchFileException e) {
                if (gone(ready)) {
                    throw new LauncherException(name + " ended while starting; see " + base.resolve("data/log"), e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            } catch (IOException | NumberFormatException e) {
                throw new LauncherException("cannot read " + ready + ": " + e.getMessage(), e);
            }
        }
        throw new LauncherException(
                name + " is not ready after " + limit.toSeconds() + " s; see RDY-001 in " + base.resolve("data/log/karaf.log"));
    }

    /** Not while it is being started: its mark is then away, and its process not yet known. */
    private synchronized boolean gone(Path ready) {
        return process().isEmpty() && !Files.exists(ready);
    }

    public boolean ready() {
        return process().isPresent() && Files.exists(base.resolve("data/ready"));
    }

    public boolean running() {
        return process().isPresent();
    }

    /** Process id, empty when it does not run. */
    public Optional<Long> pid() {
        return process().map(ProcessHandle::pid);
    }

    /**
     * Writes down where every thread of a virtual machine that does not answer stands.
     *
     * @return the file, beside the instance's logs
     */
    public Path writeThreads() throws LauncherException {
        Path file = base.resolve("data/log/threads.txt");
        Optional<Long> pid = pid();
        if (pid.isEmpty()) {
            throw new LauncherException(name + " does not run");
        }
        try {
            Process jstack = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jstack").toString(), "-l", pid.get().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(file.toFile())
                    .start();
            if (!jstack.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                jstack.destroyForcibly();
            }
            return file;
        } catch (IOException e) {
            throw new LauncherException("cannot read the threads of " + name + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while reading the threads of " + name, e);
        }
    }

    /** Stops in order; by force when it takes longer than 30 s. */
    public void stop() throws LauncherException {
        end(false);
    }

    /** Ends it at once, as a power cut would (SIGKILL). */
    public void kill() throws LauncherException {
        end(true);
    }

    private void end(boolean byForce) throws LauncherException {
        Optional<ProcessHandle> running = process();
        if (running.isEmpty()) {
            return;
        }
        ProcessHandle process = running.get();
        if (byForce) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        try {
            process.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            process.destroyForcibly();
            process.onExit().join();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new LauncherException("cannot stop " + name + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while stopping " + name, e);
        }
    }

    /**
     * The process, known by its id and start time together: ids are used again. The system reckons start times from its boot, which
     * moves when the clock is set.
     */
    private Optional<ProcessHandle> process() {
        try {
            String[] known = Files.readString(base.resolve("pid")).strip().split(" ");
            return ProcessHandle.of(Long.parseLong(known[0]))
                    .filter(ProcessHandle::isAlive)
                    .filter(p -> known.length < 2
                            || Math.abs(started(p) - Long.parseLong(known[1])) < CLOCK_SET_MILLIS_MAX);
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static long started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
