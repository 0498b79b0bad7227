// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.porto.launcher.LauncherException;

/**
 * A PC/SC service of its own: pcscd in a mount namespace of its own, where /run is a folder of ours, with one virtual reader of
 * vpcd. So nothing of the machine's own service is touched, and several of them run beside each other.
 */
final class Pcscd implements AutoCloseable {

    private static final Path DRIVER = Path.of("/usr/lib/pcsc/drivers/serial/libifdvpcd.so");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final String reader;
    private final Path log;
    private final int port;
    /** Not below the site's folder: the name of a socket has a hundred bytes at most. */
    private final Path folder;
    private Process process;

    /** @param reader what the reader is called; the service adds " 00 00" for its first slot */
    Pcscd(String reader, Path log, Random random) throws LauncherException {
        this.reader = reader;
        this.log = log;
        try {
            this.folder = Files.createTempDirectory("porto-pcsc-");
            this.port = freePair(random);
            Files.createDirectories(folder.resolve("run"));
            Path configuration = Files.createDirectories(folder.resolve("conf"));
            Files.createDirectories(log.getParent());
            Files.writeString(
                    configuration.resolve("vpcd"),
                    """
                    FRIENDLYNAME "%s"
                    DEVICENAME /dev/null:%d
                    LIBPATH %s
                    CHANNELID %d
                    """.formatted(reader, port, DRIVER, port));
        } catch (IOException e) {
            throw new LauncherException("no place for a PC/SC service: " + e.getMessage(), e);
        }
    }

    /** The driver takes a port and the next one, for two slots. */
    private static int freePair(Random random) throws IOException {
        for (int tries = 0; tries < 100; tries++) {
            int port = 20_000 + 2 * random.nextInt(5_000);
            try (ServerSocket first = new ServerSocket(port);
                    ServerSocket second = new ServerSocket(port + 1)) {
                return Math.min(first.getLocalPort(), second.getLocalPort());
            } catch (IOException e) {
                if (tries == 99) {
                    throw e;
                }
            }
        }
        throw new IOException("no free ports");
    }

    String slot() {
        return reader + " 00 00";
    }

    int port() {
        return port;
    }

    /** For PCSCLITE_CSOCK_NAME. */
    Path socket() {
        return folder.resolve("run/pcscd/pcscd.comm");
    }

    void start() throws LauncherException {
        List<String> line = new ArrayList<>(List.of("unshare", "--mount"));
        if (!"root".equals(System.getProperty("user.name"))) {
            line.add("--map-root-user");
        }
        line.addAll(List.of(
                "sh", "-c", "mount --bind \"$0\" /run && exec pcscd --foreground --config \"$1\"",
                folder.resolve("run").toString(), folder.resolve("conf").toString()));
        try {
            process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .start();
        } catch (IOException e) {
            throw new LauncherException("cannot start pcscd: " + e.getMessage(), e);
        }
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!Files.exists(socket())) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new LauncherException("pcscd does not come up in a mount namespace of its own (as root, or where users may "
                        + "have namespaces); see " + log);
            }
            Pause.millis(20);
        }
    }

    void stop() throws LauncherException {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(socket());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while stopping pcscd", e);
        } catch (IOException e) {
            throw new LauncherException("pcscd leaves its socket: " + e.getMessage(), e);
        }
        process = null;
    }

    @Override
    public void close() throws LauncherException {
        stop();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new LauncherException("cannot clear " + folder + ": " + e.getMessage(), e);
        }
    }
}
