// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.porto.launcher.LauncherException;
import org.porto.launcher.Site;

/** {@code ./porto demo}: the main job. */
final class Demo {

    private Demo() {}

    /** @return 0 when every identity holds */
    @SuppressWarnings("try") // the lock is held, not used
    static int run(Path assemblies, Path folder, Path mailFile, long seed) throws LauncherException {
        long began = System.nanoTime();
        MailFile mail = MailFile.read(mailFile.toAbsolutePath().normalize());
        Site site = new Site(assemblies, folder);
        Progress progress = new Progress(System.out);
        System.out.println("Porto: money's whole way. Folder " + site.folder());
        System.out.println("  mail file " + mail.path() + ": " + mail.rows() + " rows, at most " + Books.decimal(mail.totalMils()) + " USD");
        boolean left = false;
        try (FileChannel held = lock(site.folder());
                Consoles consoles = new Consoles(site, Consoles.Trouble.NONE)) {
            progress.step("data centre, meter and station start");
            left = Site.NAMES.stream().anyMatch(n -> running(site, n));
            if (!left) {
                site.endWithProcess();
            }
            site.up(Site.NAMES);
            progress.done("three processes on the loopback network");
            Walk walk = new Walk(site, consoles, progress, mail, seed);
            String card = walk.setUp();
            walk.settle();
            walk.round(card);
            Books books = walk.close(card);
            walk.saveLog();
            books.print(System.out);
            System.out.println();
            walk.outputs().forEach(line -> System.out.println("  " + line));
            System.out.printf("%n  %s after %.1f s%n", books.failures().isEmpty() ? "done" : "FAILED", (System.nanoTime() - began) / 1e9);
            return books.failures().isEmpty() ? 0 : 1;
        } catch (IOException e) {
            throw new LauncherException("cannot use " + site.folder() + ": " + e.getMessage(), e);
        } catch (StepFailed e) {
            System.out.println();
            System.err.println("porto demo: " + e.getMessage());
            System.err.println("The state is kept; run the demo again to go on from it. Logs: " + site.folder() + "/*/data/log");
            return 1;
        } finally {
            if (!left) {
                site.down();
            }
        }
    }

    /** One walk in a folder at a time: two of them would take the card out of each other's hands. */
    private static FileChannel lock(Path folder) throws IOException, LauncherException {
        Files.createDirectories(folder);
        FileChannel channel = FileChannel.open(
                folder.resolve("walk.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            System.err.println("porto: another demo works in " + folder + "; wait for it or take another --dir");
            System.exit(1);
        }
        return channel;
    }

    private static boolean running(Site site, String name) {
        try {
            return site.instance(name).running();
        } catch (LauncherException e) {
            return false;
        }
    }
}
