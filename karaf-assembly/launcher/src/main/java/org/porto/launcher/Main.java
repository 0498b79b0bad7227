// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code up}, {@code down}, {@code status}, {@code client}, {@code prepare}: what {@code ./porto} hands on. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        List<String> rest = new ArrayList<>(List.of(arguments));
        try {
            System.exit(run(rest));
        } catch (LauncherException e) {
            System.err.println("porto: " + e.getMessage());
            System.exit(1);
        }
    }

    private static int run(List<String> rest) throws LauncherException {
        Path root = Path.of(System.getProperty("porto.root", ".")).toAbsolutePath().normalize();
        Path folder = root.resolve("var");
        String verb = rest.isEmpty() ? "status" : rest.remove(0);
        int at = rest.indexOf("--dir");
        if (at >= 0 && (!verb.equals("client") || at == 0)) {
            if (at + 1 == rest.size() || rest.get(at + 1).isBlank()) {
                throw new LauncherException("--dir needs a folder");
            }
            folder = Path.of(rest.get(at + 1));
            rest.remove(at + 1);
            rest.remove(at);
        }
        Path assemblies = root.resolve("karaf-assembly");
        Site site = new Site(assemblies, folder);
        switch (verb) {
            case "archive" -> {
                int made = ClassDataArchive.ensure(assemblies, root.resolve("var"));
                if (made > 0) {
                    System.out.println("class-data archives made: " + made);
                }
            }
            case "up" -> {
                for (String name : rest) {
                    site.instance(name); // before anything is set up
                }
                site.up(rest.isEmpty() ? Site.NAMES : rest);
                status(site);
            }
            case "down" -> {
                nothingElse(verb, rest);
                site.down();
                status(site);
            }
            case "status" -> {
                nothingElse(verb, rest);
                status(site);
            }
            case "client" -> {
                return client(site, rest);
            }
            default -> throw new LauncherException("unknown: " + verb);
        }
        return 0;
    }

    private static void nothingElse(String verb, List<String> rest) throws LauncherException {
        if (!rest.isEmpty()) {
            throw new LauncherException("'" + rest.get(0) + "' is not understood; usage: ./porto " + verb + " [--dir DIR]");
        }
    }

    private static void status(Site site) throws LauncherException {
        System.out.println("site " + site.folder());
        for (String name : Site.NAMES) {
            Instance instance = site.instance(name);
            System.out.printf(
                    "  %-11s %-9s %s%n",
                    name,
                    instance.ready() ? "ready" : instance.running() ? "starting" : "stopped",
                    instance.pid().map(p -> "pid " + p + ", console 127.0.0.1:" + port(site, name)).orElse(""));
        }
    }

    private static String port(Site site, String name) {
        try {
            return Integer.toString(site.consolePort(name));
        } catch (LauncherException e) {
            return "?";
        }
    }

    private static int client(Site site, List<String> rest) throws LauncherException {
        if (rest.isEmpty()) {
            throw new LauncherException("usage: ./porto client [--dir DIR] " + String.join("|", Site.NAMES) + " COMMAND");
        }
        String name = rest.remove(0);
        site.instance(name);
        if (rest.isEmpty() || rest.stream().allMatch(String::isBlank)) {
            throw new LauncherException("which command? ./porto shell " + name + " has completion and help; COMMAND --help tells of one");
        }
        try (Console console = site.console(name)) {
            // one word is a whole command line; more words are a split one
            String command = CommandLine.help(rest.size() == 1 ? CommandLine.normalised(rest.get(0)) : CommandLine.normalised(rest));
            return console.run(command, System.in, System.out, System.err, Duration.ofHours(1));
        }
    }
}
