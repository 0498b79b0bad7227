// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.porto.launcher.LauncherException;
import org.porto.launcher.Site;

/**
 * Both keys that cards hold are rolled over in a running site (rules N2, S4). A card made before and a card made after it both go the whole
 * way: transfer, recharge, purchase, franked mail. The first one moves at a station that it happens to come to; what was sealed to it before
 * stays good; a station that has not heard of a second roll-over serves on.
 */
final class KeysProof {

    private static final int TRIES = 3;

    private final Path assemblies;
    private final Path folder;
    private final Path mailFile;
    private final long seed;
    private final boolean json;
    private final List<String> failures = new ArrayList<>();
    private Consoles consoles;
    private final Set<String> counted = new HashSet<>();
    private int moved;
    private int rounds;

    KeysProof(Path assemblies, Path folder, Path mailFile, long seed, boolean json) {
        this.assemblies = assemblies;
        this.folder = folder;
        this.mailFile = mailFile;
        this.seed = seed;
        this.json = json;
    }

    /** @return 0 when everything held */
    int run() throws LauncherException {
        PrintStream talk = json ? new PrintStream(OutputStream.nullOutputStream()) : System.out;
        MailFile mail = MailFile.read(mailFile.toAbsolutePath().normalize());
        Site site = new Site(assemblies, folder);
        talk.println("prove keys: folder " + site.folder());
        try (Consoles opened = new Consoles(site, Consoles.Trouble.NONE)) {
            consoles = opened;
            site.endWithProcess();
            site.up(Site.NAMES);
            prove(site, new Progress(talk), mail, talk);
        } catch (StepFailed e) {
            failures.add(e.getMessage());
        } finally {
            site.down();
        }
        failures.forEach(failure -> System.err.println("prove keys: " + failure));
        System.out.printf(
                "{\"proof\":\"keys\",\"seed\":%d,\"rolled\":2,\"key_orders_obeyed\":%d,\"rounds\":%d,\"failures\":%d}%n",
                seed, moved, rounds, failures.size());
        return failures.isEmpty() ? 0 : 1;
    }

    private void prove(Site site, Progress progress, MailFile mail, PrintStream talk) throws StepFailed, LauncherException {
        DrawerHand oldHand = new DrawerHand(consoles);
        DrawerHand newHand = new DrawerHand(consoles, "card-2");
        Walk before = new Walk(site, consoles, progress, mail, seed, oldHand);
        Walk after = new Walk(site, consoles, progress, mail, seed, newHand);
        String oldCard = before.setUp();
        before.settle();
        before.round(oldCard);
        rounds++;
        String waiting = "00000000000000000000000000000a01";
        consoles.json(Site.DATACENTRE, "authorisation:request " + oldCard + " 7.000 --id " + waiting);

        consoles.json(Site.STATION, "recharge:outcomes").forEach(outcome -> note(Site.STATION, outcome));
        consoles.json(Site.METER, "recharge:outcomes").forEach(outcome -> note(Site.METER, outcome));

        progress.step("both keys rolled over");
        int first = version("orders");
        roll("orders", first + 1);
        roll("issuer", version("issuer") + 1);
        check(keys("orders", first, "cards") == 1, "the old card is not counted under its key");
        check(keys("orders", first + 1, "waiting") == 1 && keys("issuer", 2, "waiting") == 1, "no orders wait for the old card");
        oldHand.takeAway();
        before.synchronise();
        progress.done("orders wait for " + oldCard + " at meter and station");

        progress.step("the old card comes to the station");
        oldHand.insert(Site.STATION);
        moved += applied(Site.STATION, 3) - 1; // and the recharge that was sealed before
        progress.done("two key orders and the recharge sealed before them obeyed");

        progress.step("the same orders at the meter, which has not heard");
        oldHand.insert(Site.METER);
        check(applied(Site.METER, 0) == 0, "the card obeyed an order twice");
        progress.done("none obeyed again");
        before.synchronise();
        check(keys("orders", first + 1, "cards") == 1 && keys("issuer", 2, "cards") == 1, "the data centre does not know that the card moved");
        check(keys("orders", first, "cards") == 0 && keys("orders", first + 1, "waiting") == 0, "the old version is still in use");
        check(keys("issuer", 1, "certified") == 1, "the old card's certificate is not counted");

        oldHand.takeAway();
        String newCard = after.setUp();
        check(keys("issuer", 2, "certified") == 1, "the new card's certificate is not by the new key");
        after.round(newCard);
        newHand.takeAway();
        before.round(oldCard);
        rounds += 2;

        progress.step("rolled again; the station has not heard of it");
        oldHand.takeAway();
        roll("issuer", 3);
        consoles.text(Site.METER, "tms:sync");
        oldHand.insert(Site.METER);
        moved += applied(Site.METER, 1);
        consoles.text(Site.METER, "tms:sync");
        oldHand.insert(Site.STATION);
        check(consoles.json(Site.STATION, "merchant:purchase 1.000").get("state").asText().equals("paid"), "no purchase");
        progress.done("the card that moved at the meter pays there");

        refused("issuer:key-roll orders --to 9", "ISS-014");
        refused("issuer:key-roll lists", "ISS-012");
        audited("issuer:key-roll", "orders");
        close(before, oldHand, oldCard, newHand, newCard, talk, progress);
    }

    private void roll(String key, int to) throws StepFailed, LauncherException {
        for (int again = 0; again < 2; again++) { // repeated, as after a lost answer
            JsonNode now = consoles.json(Site.DATACENTRE, "issuer:key-roll " + key + " --to " + to);
            check(now.get("version").asInt() == to && now.get("current").asBoolean(), "rolled to " + now);
        }
    }

    private int version(String key) throws StepFailed, LauncherException {
        int current = 0;
        for (JsonNode one : consoles.json(Site.DATACENTRE, "issuer:keys")) {
            current = one.get("key").asText().equals(key) && one.get("current").asBoolean() ? one.get("version").asInt() : current;
        }
        return current;
    }

    private int keys(String key, int version, String field) throws StepFailed, LauncherException {
        for (JsonNode one : consoles.json(Site.DATACENTRE, "issuer:keys")) {
            if (one.get("key").asText().equals(key) && one.get("version").asInt() == version) {
                return one.get(field).asInt();
            }
        }
        return -1;
    }

    /** Serves the card until nothing changes; counts what it has obeyed at that station since it was asked last. */
    private int applied(String instance, int wanted) throws StepFailed, LauncherException {
        int obeyed = 0;
        for (int tries = 0; tries < TRIES && (obeyed < wanted || tries == 0); tries++) {
            consoles.json(instance, "recharge:apply");
            for (JsonNode outcome : consoles.json(instance, "recharge:outcomes")) {
                boolean fresh = note(instance, outcome);
                obeyed += fresh && outcome.get("result").asText().equals("applied") ? 1 : 0;
            }
        }
        check(obeyed == wanted, obeyed + " orders obeyed at the " + instance + ", not " + wanted);
        return obeyed;
    }

    private boolean note(String instance, JsonNode outcome) {
        return counted.add(instance + outcome.get("entryId").asText() + outcome.get("result").asText());
    }

    private void refused(String command, String code) throws LauncherException {
        try {
            consoles.text(Site.DATACENTRE, command);
            failures.add(command + " was not refused");
        } catch (StepFailed e) {
            check(e.code().equals(code), command + ": " + e.getMessage());
        }
    }

    private void audited(String act, String subject) throws StepFailed, LauncherException {
        for (JsonNode entry : consoles.json(Site.DATACENTRE, "audit:list --max 1000")) {
            if (entry.get("act").asText().equals(act) && entry.get("subject").asText().contains(subject)) {
                if (entry.get("principal").asText().equals("admin") && entry.get("outcome").asText().equals("done")) {
                    return;
                }
            }
        }
        failures.add(act + " is not on the audit trail");
    }

    private void close(
            Walk walk, DrawerHand oldHand, String oldCard, DrawerHand newHand, String newCard, PrintStream talk, Progress progress)
            throws StepFailed, LauncherException {
        progress.step("everything synchronised and added up");
        walk.submit();
        Map<String, JsonNode> cards = new LinkedHashMap<>();
        oldHand.insert(Site.METER);
        cards.put(oldCard, consoles.json(Site.METER, "card:status"));
        oldHand.takeAway();
        newHand.insert(Site.METER);
        cards.put(newCard, consoles.json(Site.METER, "card:status"));
        newHand.takeAway();
        walk.synchronise();
        walk.submit();
        walk.payOut();
        Books books = Books.read(consoles, cards);
        failures.addAll(books.failures());
        progress.done(books.failures().isEmpty() ? "every identity holds" : books.failures().size() + " BROKEN");
        books.print(talk);
        consoles.text(Site.DATACENTRE, "issuer:keys").lines().forEach(talk::println);
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            failures.add(otherwise);
        }
    }
}
