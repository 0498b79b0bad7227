// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.porto.launcher.CommandLine;
import org.porto.launcher.Console;
import org.porto.launcher.LauncherException;
import org.porto.launcher.Site;

/**
 * Consoles of a site, opened as needed. Under kills, a lost instance is started again and the same command is repeated: commands
 * that change something carry a transaction id, so repeating them is safe (rules N3, L2).
 */
final class Consoles implements AutoCloseable {

    private static final Pattern CODE = Pattern.compile("\\b([A-Z]{3}-\\d{3})\\b");
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
    /** The instance was there, the data centre behind it was not. */
    private static final Set<String> PEER_AWAY = Set.of("TMS-001", "TMS-006", "RCH-006", "MER-006");
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int HEALINGS_MAX = 60;
    private static final int DEAF_AFTER = 3;
    private static final int THREADS_TOLD = 12;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Site site;
    private final Trouble trouble;
    private final Map<String, Console> open = new HashMap<>();
    private final Map<String, Deaf> deaf = new HashMap<>();
    private int healed;
    private int hung;
    private int lost;
    private volatile long answered;

    /** What the walk is to get along with. */
    enum Trouble {
        /** Nothing: whatever goes wrong ends the walk. */
        NONE,
        /** Instances are killed at any moment. */
        KILLS,
        /** The first answer to every command never arrives, so each is given twice. */
        LOST_ANSWERS,
        /** The same, and what obeyed is killed at that moment and started again. */
        POWER_CUTS
    }

    /** How often in a row one and the same process was ready and gave no answer. */
    /** What a console says that is open before all its commands are there, after a start on a busy machine. */
    private static final String NO_COMMAND = "Command not found";

    private static final long EARLY_NANOS = 1_000_000_000L;

    private record Deaf(long pid, int times) {}

    Consoles(Site site, Trouble trouble) {
        this.site = site;
        this.trouble = trouble;
    }

    /** How often an instance was started again. */
    int healed() {
        return healed;
    }

    /** How many processes were there and did not answer, so that they had to be ended. */
    int hung() {
        return hung;
    }

    /** How many answers were thrown away. */
    int lost() {
        return lost;
    }

    /** How many commands ended well; another thread may read it to see the walk move. */
    long answered() {
        return answered;
    }

    /** Runs a command that prints one JSON value. */
    JsonNode json(String instance, String command) throws StepFailed, LauncherException {
        return json(instance, command, "");
    }

    JsonNode json(String instance, String command, String input) throws StepFailed, LauncherException {
        String text = text(instance, command + " --json", input).strip();
        int start = Math.min(index(text, '{'), index(text, '['));
        try {
            return JSON.readTree(text.substring(Math.min(start, text.length())));
        } catch (IOException e) {
            throw new StepFailed("", instance + " " + command + ": no JSON in '" + text + "'");
        }
    }

    private static int index(String text, char c) {
        int at = text.indexOf(c);
        return at < 0 ? Integer.MAX_VALUE : at;
    }

    String text(String instance, String command) throws StepFailed, LauncherException {
        return text(instance, command, "");
    }

    /** Runs a command; a failed one throws with its code. */
    String text(String instance, String command, String input) throws StepFailed, LauncherException {
        if (trouble == Trouble.LOST_ANSWERS || trouble == Trouble.POWER_CUTS) {
            console(instance).run(CommandLine.normalised(command), input, LIMIT);
            lost++;
        }
        if (trouble == Trouble.POWER_CUTS) {
            drop(instance);
            site.powerCycle(instance);
            site.up(List.of(instance));
            healed++;
        }
        for (int tries = 0; ; tries++) {
            try {
                Console.Result result = console(instance).run(CommandLine.normalised(command), input, LIMIT);
                String all = COLOUR.matcher(result.out() + result.err()).replaceAll("");
                if (result.exit() != 0 || all.contains("Error executing command") || all.startsWith(NO_COMMAND)) {
                    Matcher code = CODE.matcher(all);
                    throw new StepFailed(
                            code.find() ? code.group(1) : "", instance + " " + command + ": " + all.strip());
                }
                answered++;
                deaf.remove(instance);
                return result.out();
            } catch (StepFailed e) {
                boolean early = e.getMessage().contains(NO_COMMAND);
                if (trouble != Trouble.KILLS || tries >= HEALINGS_MAX || !early && !PEER_AWAY.contains(e.code())) {
                    throw e;
                }
                healed++;
                if (early) {
                    LockSupport.parkNanos(EARLY_NANOS);
                }
                site.up(Site.NAMES);
            } catch (LauncherException e) {
                drop(instance);
                if (trouble != Trouble.KILLS || tries >= HEALINGS_MAX) {
                    throw e;
                }
                healed++;
                heal(instance, e);
            }
        }
    }

    /** Starts what was killed. What is there and stays silent is a fault of its own: its threads are written down, then it is ended. */
    private void heal(String instance, LauncherException why) throws LauncherException {
        long pid = site.instance(instance).ready() ? site.instance(instance).pid().orElse(0L) : 0;
        Deaf before = deaf.get(instance);
        Deaf now = new Deaf(pid, pid != 0 && before != null && before.pid() == pid ? before.times() + 1 : 1);
        deaf.put(instance, now);
        if (pid != 0 && now.times() >= DEAF_AFTER) {
            hung++;
            System.err.println("  " + instance + " (process " + pid + ") does not answer: " + why.getMessage());
            tell(site.instance(instance).writeThreads());
            site.powerCycle(instance);
            deaf.remove(instance);
        }
        site.up(List.of(instance));
    }

    /** What the console's threads do, and whoever waits for a lock: the folder may be gone when somebody reads this. */
    private static void tell(Path threads) throws LauncherException {
        try {
            System.err.println("  threads in " + threads);
            Stream.of(Files.readString(threads).split("\n\n"))
                    .filter(thread -> thread.contains("sshd") || thread.contains("BLOCKED") || thread.contains("eadlock"))
                    .limit(THREADS_TOLD)
                    .forEach(System.err::println);
        } catch (IOException e) {
            throw new LauncherException("cannot read " + threads + ": " + e.getMessage(), e);
        }
    }

    private Console console(String instance) throws LauncherException {
        Console console = open.get(instance);
        if (console == null) {
            console = site.console(instance);
            open.put(instance, console);
        }
        return console;
    }

    void drop(String instance) {
        Console console = open.remove(instance);
        if (console != null) {
            console.close();
        }
    }

    @Override
    public void close() {
        for (String name : List.copyOf(open.keySet())) {
            drop(name);
        }
    }
}
