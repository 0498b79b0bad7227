// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.porto.launcher.LauncherException;

/** The card of itests/virtual-card, a process that takes orders line by line. */
final class CardProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final PrintStream orders;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> faults = new LinkedBlockingQueue<>();

    /** @param transportKey file that it writes its maker's key to */
    CardProcess(Path root, Path transportKey, Path log) throws LauncherException {
        Path target = root.resolve("itests/virtual-card/target");
        // its own classes first: one of them takes the place of jCardSim's random generator
        String classPath = target.resolve("virtual-card-0.1.0.jar") + ":" + target.resolve("lib") + "/*";
        try {
            Files.createDirectories(log.getParent());
            process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:+UseSerialGC", "-Xmx128m", "-cp", classPath, "org.porto.virtualcard.Main",
                            transportKey.toString()))
                    .redirectError(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new LauncherException("no card: " + e.getMessage(), e);
        }
        orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        Thread reader = new Thread(this::listen, "card-process");
        reader.setDaemon(true);
        reader.start();
        String said = answer();
        if (!said.equals("ready")) {
            throw new LauncherException("the card process says '" + said + "'; see " + log);
        }
    }

    private void listen() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith("fault ")) {
                    faults.add(line.substring("fault ".length()));
                } else if (!line.equals("unplugged")) {
                    answers.add(line);
                }
            }
        } catch (IOException e) {
            answers.add("failed " + e.getMessage());
        }
        answers.add("ended");
    }

    private String answer() throws LauncherException {
        return next(answers);
    }

    private static String next(BlockingQueue<String> lines) throws LauncherException {
        try {
            String line = lines.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return line == null ? "nothing" : line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted", e);
        }
    }

    private String order(String line) throws LauncherException {
        orders.println(line);
        return answer();
    }

    /** Into the reader that listens there; it may be still coming up. */
    void insert(int port, String protocol) throws LauncherException {
        String said = "";
        for (int tries = 0; tries < 100; tries++) {
            said = order("insert " + port + " " + protocol);
            if (said.equals("inserted")) {
                return;
            }
            Pause.millis(100);
        }
        throw new LauncherException("the card does not go into the reader at port " + port + ": " + said);
    }

    void remove() throws LauncherException {
        expect(order("remove"), "removed");
    }

    /** What befalls it at its next command of that instruction. */
    void arm(String fault, String instruction) throws LauncherException {
        faults.clear();
        expect(order("arm " + fault + " " + instruction), "armed");
    }

    /** Waits for what it was armed with. */
    String fault() throws LauncherException {
        return next(faults);
    }

    long commands() throws LauncherException {
        String said = order("count");
        if (!said.startsWith("commands ")) {
            throw new LauncherException("the card process says '" + said + "'");
        }
        return Long.parseLong(said.substring("commands ".length()));
    }

    private static void expect(String said, String wanted) throws LauncherException {
        if (!said.equals(wanted)) {
            throw new LauncherException("the card process says '" + said + "'");
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
