// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.ipp.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.fail;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** ippeveprinter of CUPS as the printer: what comes out of it lies in a folder. */
final class EvePrinter implements AutoCloseable {

    private final Path folder;
    private final int port;
    private final Process process;

    /** @param command shell script that "prints"; the document's file is its argument */
    EvePrinter(Path folder, String command, String formats) throws IOException, InterruptedException {
        for (String program : List.of("ippeveprinter", "ipptool", "gcc")) {
            if (Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":")).noneMatch(d -> new File(d, program).canExecute())) {
                fail(program + " is missing (Debian: cups-ipp-utils, gcc); -Dporto.no.ipp leaves these tests out");
            }
        }
        this.folder = folder;
        this.port = freePort();
        Files.createDirectories(folder.resolve("spool"));
        Path source = folder.resolve("no-dnssd.c");
        try (InputStream in = EvePrinter.class.getResourceAsStream("/no-dnssd.c")) {
            Files.write(source, in.readAllBytes());
        }
        assertEquals(0, new ProcessBuilder("gcc", "-shared", "-fPIC", "-o", folder + "/no-dnssd.so", source.toString())
                .inheritIO().start().waitFor());
        Path script = folder.resolve("print.sh");
        Files.writeString(script, "#!/bin/sh\n" + command + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder builder = new ProcessBuilder(
                new File("/usr/sbin/ippeveprinter").canExecute() ? "/usr/sbin/ippeveprinter" : "ippeveprinter",
                "-r", "off", "-n", "localhost", "-p", String.valueOf(port), "-k", "-d", folder + "/spool", "-c", script.toString(),
                "-f", formats, "Meter Printer");
        builder.environment().put("LD_PRELOAD", folder + "/no-dnssd.so");
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("printer.log").toFile());
        this.process = builder.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                fail("ippeveprinter does not start: " + Files.readString(folder.resolve("printer.log")));
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("localhost", port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    URI uri() {
        return URI.create("ipp://localhost:" + port + "/ipp/print");
    }

    /** What was printed, oldest first. */
    List<Path> sheets() {
        try (Stream<Path> files = Files.list(folder.resolve("spool"))) {
            return files.filter(f -> !f.toString().endsWith(".prn")).sorted(java.util.Comparator.comparingInt(EvePrinter::number)).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int number(Path file) {
        return Integer.parseInt(file.getFileName().toString().replaceFirst("-.*", ""));
    }

    /** Fills in the printer's own web form about its trays. Level 0 is empty, 1 unlimited. */
    void media(String form) throws IOException {
        HttpURLConnection page = (HttpURLConnection) URI.create("http://localhost:" + port + "/media?" + form).toURL().openConnection();
        assertEquals(200, page.getResponseCode());
        page.getInputStream().readAllBytes();
    }

    /** ipptool's verdict on a test file. */
    void ipptool(String... arguments) throws IOException, InterruptedException {
        List<String> line = new java.util.ArrayList<>(List.of("ipptool", "-t"));
        line.addAll(List.of(arguments));
        Process tool = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(tool.getInputStream().readAllBytes());
        assertEquals(said, 0, tool.waitFor());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
