// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.porto.launcher.Instance;
import org.porto.launcher.LauncherException;
import org.porto.launcher.Site;

/**
 * Kills every process of a site again and again (SIGKILL) while the walk goes on, at random moments; every round that ends is added
 * up. The walk starts a killed process again and repeats its command under the same id. Between two kills the walk gets at least one
 * command done, so that the kills spread over all of it and do not keep it at its first step. Before that, one walk in a folder of
 * its own loses the first answer to every command, as if the process were killed just then: chance finds that moment too seldom.
 */
final class KillProof {

    private final Path assemblies;
    private final Path folder;
    private final Path mailFile;
    private final long seed;
    private final int killsEach;
    private final boolean everyCommand;
    private final boolean json;

    KillProof(Path assemblies, Path folder, Path mailFile, long seed, int killsEach, boolean everyCommand, boolean json) {
        this.assemblies = assemblies;
        this.folder = folder;
        this.mailFile = mailFile;
        this.seed = seed;
        this.killsEach = killsEach;
        this.everyCommand = everyCommand;
        this.json = json;
    }

    /** @return 0 when no identity ever failed */
    int run() throws LauncherException {
        PrintStream talk = json ? new PrintStream(OutputStream.nullOutputStream()) : System.out;
        MailFile mail = MailFile.read(mailFile.toAbsolutePath().normalize());
        int lost = loseAnswers(talk, mail);
        Map<String, Integer> kills = new ConcurrentSkipListMap<>();
        int rounds = 0;
        int failures = lost < 0 ? 1 : 0;
        int healed;
        int hung = 0;
        Site site = new Site(assemblies, folder);
        Progress progress = new Progress(talk);
        talk.println("prove kill: seed " + seed + ", " + killsEach + " kills of each process, folder " + site.folder());
        try (Consoles consoles = new Consoles(site, Consoles.Trouble.KILLS)) {
            site.endWithProcess();
            site.up(Site.NAMES);
            Killer killer = new Killer(site, consoles::answered, seed, killsEach, kills);
            Thread thread = new Thread(killer, "killer");
            thread.setDaemon(true);
            thread.start();
            Walk walk = new Walk(site, consoles, progress, mail, seed);
            while (true) {
                boolean last = !thread.isAlive();
                String card = walk.setUp();
                walk.settle();
                walk.round(card);
                Books books = walk.close(card);
                rounds++;
                failures += books.failures().size();
                books.failures().forEach(f -> System.err.println("round BROKEN: " + f));
                talk.println("  round " + rounds + (books.failures().isEmpty() ? " adds up" : " is BROKEN") + "; kills so far " + kills);
                if (last) {
                    books.print(talk);
                    break;
                }
            }
            killer.stop();
            healed = consoles.healed();
            hung = consoles.hung();
        } catch (StepFailed e) {
            System.err.println("prove kill: seed " + seed + ": " + e.getMessage());
            failures++;
            healed = -1;
        } finally {
            site.down();
        }
        int total = kills.values().stream().mapToInt(Integer::intValue).sum();
        System.out.printf(
                "{\"proof\":\"kill\",\"seed\":%d,\"answers_lost\":%d,\"kills\":%d,\"kills_datacentre\":%d,\"kills_meter\":%d,\"kills_station\":%d,"
                        + "\"restarts\":%d,\"hung\":%d,\"rounds\":%d,\"identity_failures\":%d}%n",
                seed, lost, total, kills.getOrDefault(Site.DATACENTRE, 0), kills.getOrDefault(Site.METER, 0),
                kills.getOrDefault(Site.STATION, 0), healed, hung, rounds, failures);
        return failures == 0 ? 0 : 1;
    }

    /** @return how many answers were lost in a walk that added up nevertheless; below zero when it did not */
    private int loseAnswers(PrintStream talk, MailFile mail) throws LauncherException {
        Site site = new Site(assemblies, folder.resolveSibling(folder.getFileName() + "-lost"));
        talk.println("prove kill: every command's first answer is lost" + (everyCommand ? " and the power with it" : "") + ", folder " + site.folder());
        try (Consoles consoles = new Consoles(site, everyCommand ? Consoles.Trouble.POWER_CUTS : Consoles.Trouble.LOST_ANSWERS)) {
            site.endWithProcess();
            site.up(Site.NAMES);
            Walk walk = new Walk(site, consoles, new Progress(talk), mail, seed);
            String card = walk.setUp();
            walk.settle();
            walk.round(card);
            Books books = walk.close(card);
            books.failures().forEach(f -> System.err.println("answers lost, BROKEN: " + f));
            return books.failures().isEmpty() ? consoles.lost() : -1;
        } catch (StepFailed e) {
            System.err.println("prove kill: answers lost: " + e.getMessage());
            return -1;
        } finally {
            site.down();
        }
    }

    /** Waits a random while, then cuts the power of a random instance that is ready, and switches it on again. */
    private static final class Killer implements Runnable {

        /** Some commands end within a tenth of this, a mail run takes longer. */
        private static final int LATEST_MILLIS = 1500;

        private final Site site;
        private final LongSupplier answered;
        private final Random random;
        private final int each;
        private final Map<String, Integer> kills;
        private final AtomicBoolean stopped = new AtomicBoolean();

        Killer(Site site, LongSupplier answered, long seed, int each, Map<String, Integer> kills) {
            this.site = site;
            this.answered = answered;
            this.random = new Random(seed);
            this.each = each;
            this.kills = kills;
        }

        void stop() {
            stopped.set(true);
        }

        @Override
        public void run() {
            try {
                long before = -1;
                while (!stopped.get()) {
                    if (answered.getAsLong() == before) {
                        Pause.millis(5);
                        continue;
                    }
                    List<String> left = Site.NAMES.stream().filter(n -> kills.getOrDefault(n, 0) < each).toList();
                    if (left.isEmpty()) {
                        return;
                    }
                    String victim = left.get(random.nextInt(left.size()));
                    Pause.millis(random.nextInt(LATEST_MILLIS));
                    Instance instance = site.instance(victim);
                    if (instance.ready()) {
                        site.powerCycle(victim);
                        kills.merge(victim, 1, Integer::sum);
                        before = answered.getAsLong();
                    }
                }
            } catch (LauncherException e) {
                System.err.println("killer: " + e.getMessage());
            }
        }
    }
}
