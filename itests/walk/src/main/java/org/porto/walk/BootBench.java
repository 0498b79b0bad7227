// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.porto.launcher.Instance;
import org.porto.launcher.LauncherException;
import org.porto.launcher.Product;
import org.porto.launcher.Site;

/**
 * Boot to ready of the meter beside a bare stock Karaf of the same version (shell, ssh, scr), interleaved in the same run. Ready is
 * told by the same component in both: milliseconds from the virtual machine's start until the boot features are in and every
 * component is satisfied. First: empty data and store. Second: after an orderly stop.
 */
final class BootBench {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final Path root;
    private final Path folder;
    private final int rounds;
    private final boolean json;

    BootBench(Path root, Path folder, int rounds, boolean json) {
        this.root = root;
        this.folder = folder;
        this.rounds = rounds;
        this.json = json;
    }

    int run() throws LauncherException {
        List<Long> first = new ArrayList<>();
        List<Long> second = new ArrayList<>();
        List<Long> rss = new ArrayList<>();
        List<Long> bareFirst = new ArrayList<>();
        List<Long> bareSecond = new ArrayList<>();
        List<Long> bareRss = new ArrayList<>();
        Bare bare = new Bare(root, folder.resolve("bare"));
        double peak;
        double peakDefault;
        try {
            for (int round = 0; round < rounds; round++) {
                Site site = new Site(root.resolve("karaf-assembly"), folder.resolve("site" + round));
                site.prepare();
                Instance meter = site.instance(Site.METER);
                try {
                    meter.start();
                    first.add(meter.awaitReady(LIMIT));
                    meter.stop();
                    bare.unpack();
                    bareFirst.add(bare.boot(null));
                    meter.start();
                    second.add(meter.awaitReady(LIMIT));
                    rss.add(residentKilobytes(meter.pid().orElseThrow()));
                } finally {
                    meter.stop();
                }
                bareSecond.add(bare.boot(bareRss));
                if (!json) {
                    System.out.printf(
                            "  round %d: meter %d / %d ms, bare Karaf %d / %d ms%n",
                            round + 1, first.get(round), second.get(round), bareFirst.get(round), bareSecond.get(round));
                }
                delete(site.folder());
            }
            double[] peaks = CryptoPeakProcess.measured(root, Product.tuning(), List.of("-XX:+UseSerialGC"));
            peak = peaks[0];
            peakDefault = peaks[1];
        } catch (IOException e) {
            throw new LauncherException("bench boot: " + e.getMessage(), e);
        }
        System.out.printf(
                java.util.Locale.ROOT,
                "{\"bench\":\"boot\",\"rounds\":%d,\"boot_first_ms\":%d,\"boot_second_ms\":%d,\"bare_karaf_first_ms\":%d,"
                        + "\"bare_karaf_second_ms\":%d,\"rss_mb\":%d,\"bare_rss_mb\":%d,\"first_vs_bare\":%.3f,"
                        + "\"second_vs_bare\":%.3f,\"rss_vs_bare\":%.3f,\"crypto_peak_per_s\":%.0f,"
                        + "\"crypto_peak_default_flags_per_s\":%.0f,\"crypto_peak_vs_default\":%.3f,\"meter_flags\":\"%s\"}%n",
                rounds, median(first), median(second), median(bareFirst), median(bareSecond), median(rss) / 1024,
                median(bareRss) / 1024, ratio(first, bareFirst), ratio(second, bareSecond), ratio(rss, bareRss),
                peak, peakDefault, peak / peakDefault,
                String.join(" ", Product.tuning()));
        return 0;
    }

    private static long median(List<Long> values) {
        List<Long> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static double ratio(List<Long> ours, List<Long> theirs) {
        return (double) median(ours) / median(theirs);
    }

    private static long residentKilobytes(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(l -> l.startsWith("VmRSS:"))
                    .map(l -> Long.parseLong(l.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no VmRSS of " + pid));
        }
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> files = Files.walk(tree)) {
                for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** The stock distribution, started by its own script; only the boot features, the port and our clock are set. */
    private static final class Bare {

        private final Path root;
        private final Path folder;
        private Path home;

        Bare(Path root, Path folder) {
            this.root = root;
            this.folder = folder;
        }

        void unpack() throws IOException, LauncherException {
            delete(folder);
            Files.createDirectories(folder);
            Path archive;
            try (Stream<Path> files = Files.list(root.resolve("target/bare"))) {
                archive = files.filter(f -> f.toString().endsWith(".tar.gz"))
                        .findFirst()
                        .orElseThrow(() -> new LauncherException("no stock Karaf under target/bare"));
            }
            await(new ProcessBuilder("tar", "xzf", archive.toString(), "-C", folder.toString()).inheritIO().start());
            try (Stream<Path> files = Files.list(folder)) {
                home = files.findFirst().orElseThrow();
            }
            Path system = root.resolve("karaf-assembly/meter/target/assembly/system");
            set("org.apache.karaf.features.cfg", Map.of(
                    "featuresRepositories",
                    "mvn:org.apache.karaf.features/framework/4.4.10/xml/features, "
                            + "mvn:org.apache.karaf.features/standard/4.4.10/xml/features, "
                            + "mvn:org.porto/features/0.1.0/xml/features",
                    "featuresBoot", "shell, ssh, scr, porto-ready"));
            set("org.ops4j.pax.url.mvn.cfg", Map.of(
                    "org.ops4j.pax.url.mvn.defaultRepositories",
                    "file:${karaf.home}/${karaf.default.repository}@id=system.repository@snapshots, file:" + system + "@id=porto@snapshots",
                    "org.ops4j.pax.url.mvn.repositories", ""));
            set("org.apache.karaf.shell.cfg", Map.of("sshHost", "127.0.0.1", "sshPort", "8999"));
        }

        private void set(String file, Map<String, String> values) throws IOException {
            Path path = home.resolve("etc").resolve(file);
            List<String> kept = new ArrayList<>();
            boolean skipping = false;
            for (String line : Files.readAllLines(path)) {
                String key = line.split("=", 2)[0].strip();
                boolean ours = values.containsKey(key);
                if (!ours && !skipping) {
                    kept.add(line);
                }
                skipping = (ours || skipping) && line.endsWith("\\");
            }
            values.forEach((key, value) -> kept.add(key + " = " + value));
            Files.write(path, kept);
        }

        /** @param rss where its resident size goes, or null. @return milliseconds to ready */
        long boot(List<Long> rss) throws IOException, LauncherException {
            Path ready = home.resolve("data/ready");
            Files.deleteIfExists(ready);
            ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/karaf").toString(), "daemon");
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("KARAF_NOROOT", "");
            builder.redirectErrorStream(true).redirectOutput(folder.resolve("console.log").toFile());
            Process process = builder.start();
            try {
                long end = System.nanoTime() + LIMIT.toNanos();
                while (!Files.exists(ready)) {
                    if (System.nanoTime() > end || !process.isAlive()) {
                        throw new LauncherException("the bare Karaf did not start; see " + home.resolve("data/log"));
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
                if (rss != null) {
                    rss.add(residentKilobytes(process.pid()));
                }
                return Long.parseLong(Files.readString(ready).strip());
            } finally {
                process.destroy();
                await(process);
            }
        }

        private static void await(Process process) throws LauncherException {
            try {
                if (!process.waitFor(60, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new LauncherException("a process did not end: " + process);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LauncherException("interrupted", e);
            }
        }
    }
}
