// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.porto.launcher.LauncherException;

/** {@code demo}, {@code bench NAME}, {@code prove NAME}: what {@code ./porto} hands on. */
public final class Main {

    private static final int COUNT_MAX = 100_000;

    private Main() {}

    public static void main(String[] arguments) {
        int exit;
        try {
            exit = run(new ArrayList<>(List.of(arguments)));
        } catch (LauncherException e) {
            System.err.println("porto: " + e.getMessage());
            exit = 1;
        }
        System.exit(exit);
    }

    private static int run(List<String> rest) throws LauncherException {
        Path root = Path.of(System.getProperty("porto.root", ".")).toAbsolutePath().normalize();
        Path assemblies = root.resolve("karaf-assembly");
        String verb = rest.isEmpty() ? "" : rest.remove(0);
        boolean json = rest.remove("--json");
        boolean everyCommand = rest.remove("--every");
        String name = verb.equals("demo") || rest.isEmpty() ? "" : rest.remove(0);
        Path folder = Path.of(option(rest, "--dir", root.resolve(verb.equals("demo") ? "var" : "var/" + verb).toString()));
        Path mail = Path.of(option(rest, "--mail", root.resolve("docs/sample-mail.csv").toString()));
        long seed = number(option(rest, "--seed", "1"), "--seed");
        int count = count(option(rest, "--count", "20"), "--count", 0);
        int rounds = count(option(rest, "--rounds", "5"), "--rounds", 1);
        if (!rest.isEmpty()) {
            throw new LauncherException("unknown: " + String.join(" ", rest));
        }
        return switch (verb + " " + name) {
            case "demo " -> Demo.run(assemblies, folder, mail, seed);
            case "prove kill" -> new KillProof(assemblies, folder.resolve("kill"), mail, seed, count, everyCommand, json).run();
            case "prove keys" -> new KeysProof(assemblies, folder.resolve("keys"), mail, seed, json).run();
            case "prove pcsc" -> new PcscProof(root, folder.resolve("pcsc"), mail, seed, json).run();
            case "bench boot" -> new BootBench(root, folder.resolve("boot"), rounds, json).run();
            default -> throw new LauncherException("there is no '" + verb + " " + name + "'; ./porto lists what there is");
        };
    }

    private static String option(List<String> rest, String key, String otherwise) throws LauncherException {
        int at = rest.indexOf(key);
        if (at < 0) {
            return otherwise;
        }
        if (at + 1 >= rest.size()) {
            throw new LauncherException(key + " needs a value");
        }
        rest.remove(at);
        return rest.remove(at);
    }

    private static int count(String text, String key, int least) throws LauncherException {
        long number = number(text, key);
        if (number < least || number > COUNT_MAX) {
            throw new LauncherException(key + " is " + least + " to " + COUNT_MAX + ", not " + text);
        }
        return (int) number;
    }

    private static long number(String text, String key) throws LauncherException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new LauncherException(key + " takes a whole number, not '" + text + "'", e);
        }
    }
}
