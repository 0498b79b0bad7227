// SPDX-License-Identifier: Apache-2.0
package org.porto.virtualcard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One blank card in somebody's hand. Its maker's transport key goes to the file named; then one order a line:
 * {@code insert PORT T0|T1}, {@code remove}, {@code arm pull-before|pull-after|mute INS-HEX}, {@code count}, {@code quit}. Each is
 * answered by a line; what befalls the card comes as lines of its own.
 */
public final class Main {

    private final PrintStream out;
    private final Chip chip;
    private final AtomicReference<Bridge.Fault> fault = new AtomicReference<>();
    private Bridge bridge;
    private long commands;

    private Main(PrintStream out, Chip chip) {
        this.out = out;
        this.chip = chip;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: TRANSPORT-KEY-FILE");
            System.exit(2);
        }
        PrintStream out = System.out;
        System.setOut(System.err); // jCardSim talks
        byte[] key = new byte[16];
        new SecureRandom().nextBytes(key);
        Main main = new Main(out, new Chip(key));
        Path file = Path.of(arguments[0]);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, HexFormat.of().formatHex(key) + "\n");
        main.tell("ready");
        main.serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)));
    }

    private void tell(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    private void serve(BufferedReader orders) throws IOException {
        String line;
        while ((line = orders.readLine()) != null && !line.equals("quit")) {
            try {
                tell(order(line.split(" ")));
            } catch (IOException | IllegalArgumentException e) {
                tell("failed " + e.getMessage());
            }
        }
        remove();
    }

    private String order(String[] words) throws IOException {
        String verb = words[0] + "/" + words.length;
        switch (verb) {
            case "insert/3":
                remove();
                chip.protocol(Chip.Protocol.valueOf(words[2]));
                bridge = new Bridge(chip, Integer.parseInt(words[1]), fault, this::tell);
                return "inserted";
            case "remove/1":
                remove();
                return "removed";
            case "arm/3":
                fault.set(new Bridge.Fault(
                        Bridge.Kind.valueOf(words[1].toUpperCase(Locale.ROOT).replace('-', '_')),
                        Integer.parseInt(words[2], 16)));
                return "armed";
            case "count/1":
                return "commands " + (commands + (bridge == null ? 0 : bridge.commands()));
            default:
                throw new IllegalArgumentException("what is '" + String.join(" ", words) + "'?");
        }
    }

    private void remove() throws IOException {
        if (bridge != null) {
            bridge.close();
            commands += bridge.commands();
            bridge = null;
        }
    }
}
