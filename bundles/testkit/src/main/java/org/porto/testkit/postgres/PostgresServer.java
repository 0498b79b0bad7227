// SPDX-License-Identifier: Apache-2.0
package org.porto.testkit.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own from the programs installed on this machine: fresh data, a free port of the loopback, commits that
 * are durable. The superuser {@code porto} needs no password. Not thread-safe.
 */
public final class PostgresServer implements AutoCloseable {

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final String SYSTEM_USER = "postgres";
    private static final long SECONDS_MAX = 60;

    private final Path programs;
    private final Path folder;
    private final int port;
    private boolean running;

    private PostgresServer(Path programs, Path folder, int port) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
    }

    /** The newest installed version's programs; the environment variable {@code PORTO_POSTGRES_BIN} goes first. */
    public static Optional<Path> programs() throws IOException {
        String named = System.getenv("PORTO_POSTGRES_BIN");
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(v -> v.resolve("bin"))
                    .filter(b -> Files.isExecutable(b.resolve("initdb")))
                    .max(Comparator.comparingInt(b -> version(b.getParent())));
        }
    }

    private static int version(Path folder) {
        String name = folder.getFileName().toString();
        return name.matches("[0-9]{1,3}") ? Integer.parseInt(name) : 0;
    }

    /** Makes and starts a server with a database {@code porto}. @param options lines for its configuration file */
    public static PostgresServer start(Path programs, String... options) throws IOException {
        Path folder = Files.createTempDirectory("porto-postgres");
        PostgresServer server = new PostgresServer(programs, folder, freePort());
        boolean done = false;
        try {
            if (root()) {
                run(List.of("chown", SYSTEM_USER, folder.toString()));
            }
            server.program("initdb", "-D", server.data(), "-U", "porto", "-A", "trust", "-E", "UTF8", "--locale=C");
            List<String> lines = new ArrayList<>(List.of(
                    "port = " + server.port, "listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "max_connections = 200"));
            lines.addAll(List.of(options));
            Files.write(Path.of(server.data(), "postgresql.auto.conf"), lines);
            server.up();
            server.program("createdb", "-h", "127.0.0.1", "-p", Integer.toString(server.port), "-U", "porto", "porto");
            done = true;
            return server;
        } finally {
            if (!done) {
                server.close();
            }
        }
    }

    /** JDBC address of the database. */
    public String url() {
        return url("porto");
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    public int port() {
        return port;
    }

    public void create(String database) throws IOException {
        program("createdb", "-h", "127.0.0.1", "-p", Integer.toString(port), "-U", "porto", database);
    }

    /** Starts it again after {@link #down}. Returns when it answers. */
    public void up() throws IOException {
        program("pg_ctl", "-D", data(), "-l", folder.resolve("log").toString(), "-w", "-t", Long.toString(SECONDS_MAX), "start");
        running = true;
    }

    /** Stops it. @param atOnce as a crash would: it recovers at the next start */
    public void down(boolean atOnce) throws IOException {
        program("pg_ctl", "-D", data(), "-w", "-t", Long.toString(SECONDS_MAX), "-m", atOnce ? "immediate" : "fast", "stop");
        running = false;
    }

    /** Runs one of PostgreSQL's programs, as the user that owns the data. @return what it wrote */
    public String program(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (root()) {
            command.addAll(List.of("setpriv", "--reuid=" + SYSTEM_USER, "--regid=" + SYSTEM_USER, "--clear-groups"));
        }
        command.add(programs.resolve(name).toString());
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private static String run(List<String> command) throws IOException {
        // Into a file: a server that was started would hold a pipe open.
        Path output = Files.createTempFile("porto-postgres", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(new java.io.File("/"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .start();
            if (!process.waitFor(2 * SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " did not end");
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(command + " ended with " + process.exitValue() + ": " + text);
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in " + command, e);
        } finally {
            Files.delete(output);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        if (running) {
            down(true);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
