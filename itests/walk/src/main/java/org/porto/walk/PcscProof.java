// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.porto.launcher.LauncherException;
import org.porto.launcher.Site;

/**
 * The walk over real PC/SC: every instance has a pcscd with a virtual reader, the card is the purse applet on jCardSim in a process of
 * its own. Then the card is pulled and falls silent in the middle of transfers, the service is restarted, and programs of other
 * people talk to the card. The folder is made anew: the card of an earlier run died with its process.
 */
final class PcscProof {

    private static final String MARK = "prove-pcsc";
    private static final String LOAD = "40";
    private static final long AMOUNT = 7_000;
    private static final int OPERATIONAL = 1;
    /** Before a mute card is given up; the product's default is longer. */
    private static final Map<String, String> DRIVER = Map.of("readers", ".* 00 00", "answer.seconds", "5");

    private final Path root;
    private final Path folder;
    private final Path mailFile;
    private final long seed;
    private final boolean json;
    private final PrintStream talk;
    private final Progress progress;
    private final List<String> failures = new ArrayList<>();
    /** How many failures there were when the present step began. */
    private int before;
    private int resolved;
    private int settled;
    private int independentChecks;
    private boolean lateService;
    private boolean restarted;
    private boolean walked;
    private long commands;
    private boolean ended;

    PcscProof(Path root, Path folder, Path mailFile, long seed, boolean json) {
        this.root = root;
        this.folder = folder.toAbsolutePath().normalize();
        this.mailFile = mailFile;
        this.seed = seed;
        this.json = json;
        this.talk = json ? new PrintStream(OutputStream.nullOutputStream()) : System.out;
        this.progress = new Progress(talk);
    }

    /** @return 0 when all held */
    @SuppressWarnings("try") // the mark is held, not used
    int run() throws LauncherException {
        try (FileChannel mark = mark()) {
            ownPorts();
            return alone();
        } catch (IOException e) {
            throw new LauncherException("cannot use " + folder + ": " + e.getMessage(), e);
        }
    }

    private int alone() throws LauncherException {
        long began = System.nanoTime();
        Site site = new Site(root.resolve("karaf-assembly"), folder);
        MailFile mail = MailFile.read(mailFile.toAbsolutePath().normalize());
        talk.println("prove pcsc: folder " + site.folder());
        Map<String, Pcscd> services = new LinkedHashMap<>();
        Thread broken = new Thread(() -> brokenOff(site, services), "broken-off");
        Runtime.getRuntime().addShutdownHook(broken);
        try (Consoles consoles = new Consoles(site, Consoles.Trouble.NONE);
                PcscHand hand = new PcscHand(root, site, consoles, services)) {
            Random random = new Random();
            for (String name : Site.NAMES) {
                Pcscd service = new Pcscd("Porto " + name, folder.resolve("log/pcscd-" + name + ".log"), random);
                services.put(name, service);
                site.pcscReaders(name, service.socket(), DRIVER);
            }
            prove(site, consoles, hand, services, mail);
        } catch (StepFailed | LauncherException e) {
            failures.add(e.getMessage());
        } finally {
            end(site, services);
        }
        failures.forEach(failure -> System.err.println("prove pcsc: " + failure));
        System.out.printf(
                java.util.Locale.ROOT,
                "{\"proof\":\"pcsc\",\"walked\":%b,\"late_service\":%b,\"resolved_at_next_meeting\":%d,\"settled_by_datacentre\":%d,\"service_restarted\":%b,"
                        + "\"independent_checks\":%d,\"card_commands\":%d,\"seconds\":%.1f,\"failures\":%d}%n",
                walked, lateService, resolved, settled, restarted, independentChecks, commands, (System.nanoTime() - began) / 1e9,
                failures.size());
        return failures.isEmpty() ? 0 : 1;
    }

    private void prove(Site site, Consoles consoles, PcscHand hand, Map<String, Pcscd> services, MailFile mail)
            throws StepFailed, LauncherException {
        step("three PC/SC services, data centre, meter, station");
        site.prepare();
        Settlements.noWaiting(site);
        services.get(Site.DATACENTRE).start();
        services.get(Site.STATION).start();
        for (String name : Site.NAMES) {
            site.up(List.of(name)); // one after the other: the time limit is each one's own, however busy the machine is
        }
        hand.await(Site.STATION, "ready");
        done("reader " + hand.slot(Site.STATION));

        step("the meter's PC/SC service comes late");
        check(hand.reader(Site.METER).isEmpty(), "a reader without a service");
        services.get(Site.METER).start();
        hand.await(Site.METER, "ready");
        lateService = failures.size() == before;
        done("reader " + hand.slot(Site.METER));

        Walk walk = new Walk(site, consoles, progress, mail, seed, hand);
        String card = walk.setUp();
        walk.settle();
        walk.round(card);
        walked = true;

        hand.insert(Site.METER);
        cutTransfer(consoles, hand, "pull-before", 0, "card pulled before it got the load");
        cutTransfer(consoles, hand, "pull-after", AMOUNT, "card pulled after it took the load");
        cutTransfer(consoles, hand, "mute", AMOUNT, "card took the load and fell silent");
        settle(new Settlements(consoles, hand, walk, this::check));
        restart(consoles, hand, services.get(Site.METER));
        independent(hand, services.get(Site.METER));

        Books books = walk.close(card);
        failures.addAll(books.failures());
        books.print(talk);
        commands = hand.commands();
    }

    /** Rules T5 to T7 over a real reader: the amount waits in T, the next meeting says where it belongs. */
    private void cutTransfer(Consoles consoles, PcscHand hand, String fault, long arrives, String what)
            throws StepFailed, LauncherException {
        step(what);
        JsonNode registers = consoles.json(Site.METER, "register:show");
        long balance = consoles.json(Site.METER, "card:status").get("balance").asLong();
        hand.arm(fault, LOAD);
        String code = "";
        try {
            consoles.json(Site.METER, "card:transfer " + Books.decimal(AMOUNT), Walk.PIN + "\n");
        } catch (StepFailed e) {
            code = e.code();
        }
        check(code.equals("TRF-004"), what + ": the transfer ended with '" + code + "', not with TRF-004");
        check(!hand.fault().equals("nothing"), what + ": it did not happen");
        JsonNode open = consoles.json(Site.METER, "register:show");
        same(what + ": in transit", AMOUNT, open, "inTransit");
        same(what + ": descending", registers.get("descending").asLong() - AMOUNT, open, "descending");

        hand.remove();
        hand.await(Site.METER, "ready");
        hand.insert(Site.METER);
        consoles.text(Site.METER, "transfer:resolve");
        JsonNode after = consoles.json(Site.METER, "register:show");
        same(what + ": in transit after the next meeting", 0, after, "inTransit");
        same(what + ": transfer-out", registers.get("transferOut").asLong() + arrives, after, "transferOut");
        same(what + ": descending after", registers.get("descending").asLong() - arrives, after, "descending");
        same(what + ": balance", balance + arrives, consoles.json(Site.METER, "card:status"), "balance");
        if (failures.size() == before) {
            resolved++;
        }
        done(code + ", then " + (arrives == 0 ? "back in the meter" : "on the card") + " at the next meeting");
    }

    /** Rule T7: the card does not come back, the data centre settles, the card comes back. */
    private void settle(Settlements settlements) throws StepFailed, LauncherException {
        step("settled as done, and the card has it");
        settlements.doneAndHasIt();
        done("the card agrees when it comes back");
        step("settled as done, the card never had it");
        settlements.doneAndNeverHadIt();
        done("refunded to the deposit when it comes back");
        step("settled as undone, on proof");
        settlements.undoneOnProof();
        done("a purchase took the load's number; the card agrees when it comes back");
        settled = settlements.settled();
    }

    private void restart(Consoles consoles, PcscHand hand, Pcscd service) throws StepFailed, LauncherException {
        step("the PC/SC service goes and comes");
        long balance = consoles.json(Site.METER, "card:status").get("balance").asLong();
        service.stop();
        hand.await(Site.METER, "");
        service.start();
        hand.remove();
        hand.insert(Site.METER);
        same("balance after the restart", balance, consoles.json(Site.METER, "card:status"), "balance");
        restarted = failures.size() == before;
        done("the reader is back, the card answers");
    }

    private void independent(PcscHand hand, Pcscd service) throws LauncherException {
        step("opensc-tool and scriptor at the card");
        IndependentClients clients = new IndependentClients(service.socket(), service.slot(), folder.resolve("log"));
        failures.addAll(clients.run(OPERATIONAL));
        independentChecks = clients.checks();
        done("public status read, 6D00, 6E00, 6700, 6A86");
    }

    private void step(String what) {
        progress.step(what);
        before = failures.size();
    }

    private void done(String result) {
        if (failures.size() == before) {
            progress.done(result);
        } else {
            progress.failed(failures.get(failures.size() - 1));
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            failures.add(otherwise);
        }
    }

    private void same(String what, long wanted, JsonNode found, String field) {
        JsonNode value = found.get(field);
        check(value != null && value.asLong() == wanted, what + " is " + value + ", not " + wanted);
    }

    /** Whoever ends this process: no other one of the proof stays behind. */
    private void brokenOff(Site site, Map<String, Pcscd> services) {
        try {
            end(site, services);
        } catch (LauncherException e) {
            System.err.println("prove pcsc: " + e.getMessage());
        }
    }

    private synchronized void end(Site site, Map<String, Pcscd> services) throws LauncherException {
        if (ended) {
            return;
        }
        ended = true;
        LauncherException first = null;
        try {
            site.down();
        } catch (LauncherException e) {
            first = e;
        }
        for (Pcscd service : services.values()) {
            try {
                service.close();
            } catch (LauncherException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Not the usual ones: a site that starts beside this one finds those free, too, until one of the two listens. */
    private void ownPorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        try {
            for (String key : List.of("http", Site.DATACENTRE + ".ssh", Site.METER + ".ssh", Site.STATION + ".ssh")) {
                ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(any);
                lines.append(key).append(" = ").append(any.getLocalPort()).append('\n');
            }
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
        Files.writeString(folder.resolve("ports.properties"), lines);
    }

    /** Empties the folder, if it is one of this proof's that nobody works in. @return the mark, which keeps others out */
    private FileChannel mark() throws IOException, LauncherException {
        Files.createDirectories(folder);
        Path mark = folder.resolve(MARK);
        List<Path> others;
        try (Stream<Path> files = Files.walk(folder)) {
            others = files.filter(f -> !f.equals(folder) && !f.equals(mark)).sorted(Comparator.reverseOrder()).toList();
        }
        if (!others.isEmpty() && !Files.exists(mark)) {
            throw new LauncherException(folder + " is not empty");
        }
        FileChannel channel = FileChannel.open(mark, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean ours = false;
        try {
            if (channel.tryLock() == null) {
                throw new LauncherException("another prove pcsc works in " + folder + "; wait for it or take another --dir");
            }
            if (!others.isEmpty()) {
                new Site(root.resolve("karaf-assembly"), folder).down();
            }
            for (Path file : others) {
                Files.deleteIfExists(file);
            }
            ours = true;
            return channel;
        } finally {
            if (!ours) {
                channel.close();
            }
        }
    }
}
