// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.porto.launcher.LauncherException;
import org.porto.launcher.Site;

/**
 * Money's whole way (W figure 5, and E's): deposit, refill, card, franked mail, recharge, purchase, payout. Everything is done
 * through the consoles, as an operator would do it. Every step may be repeated: it carries the ids of its round.
 */
final class Walk {

    static final String CUSTOMER = "ACME";
    private static final String SHOP = "CORNER-SHOP";
    static final String PIN = "271828";
    private static final String SHOP_IBAN = "GB29NWBK60161331926819";

    private final Site site;
    private final Consoles consoles;
    private final Progress progress;
    private final MailFile mail;
    private final long seed;
    private final Hand hand;
    /** Of the piece that was read last, in hex; empty when there was none. */
    private String lastIndicium = "";

    Walk(Site site, Consoles consoles, Progress progress, MailFile mail, long seed) {
        this(site, consoles, progress, mail, seed, new DrawerHand(consoles));
    }

    Walk(Site site, Consoles consoles, Progress progress, MailFile mail, long seed, Hand hand) {
        this.site = site;
        this.consoles = consoles;
        this.progress = progress;
        this.mail = mail;
        this.seed = seed;
        this.hand = hand;
    }

    /** Issuer, devices, card, pairing: whatever of it is missing. */
    String setUp() throws StepFailed, LauncherException {
        progress.step("issuer: customers and devices");
        consoles.text(Site.DATACENTRE, "issuer:customer " + CUSTOMER + " 'Acme Mail Room'");
        consoles.text(Site.DATACENTRE, "issuer:customer " + SHOP + " 'Corner Shop'");
        enrol(Site.METER, "PM000001", "METER", CUSTOMER, "tms");
        enrol(Site.STATION, "PM000002", "METER", CUSTOMER, "tms");
        enrol(Site.STATION, "SHOP0001", "MERCHANT", SHOP + " --iban " + SHOP_IBAN, "merchant");
        progress.done("PM000001, PM000002, SHOP0001 certified");

        progress.step("issuer: card made and personalised");
        String card = card();
        progress.done("card " + card + ", PIN set");

        progress.step("issuer: meter and card paired (T2)");
        consoles.text(Site.DATACENTRE, "issuer:pair PM000001 " + card);
        consoles.text(Site.METER, "tms:sync");
        progress.done("PM000001 and " + card);
        return card;
    }

    private void enrol(String instance, String device, String role, String rest, String scope)
            throws StepFailed, LauncherException {
        if (consoles.json(instance, scope + ":status").get("enrolled").asBoolean()) {
            return;
        }
        String code = consoles.json(Site.DATACENTRE, "issuer:register " + device + " " + role + " " + rest)
                .get("code").asText();
        try {
            consoles.text(instance, scope + ":enrol " + code);
        } catch (StepFailed e) {
            // enrolled already: only the answer got lost
            if (!e.code().equals("TMS-004")) {
                throw e;
            }
        }
    }

    private String card() throws StepFailed, LauncherException {
        Optional<String> issued = issued();
        if (issued.isPresent()) {
            return issued.get();
        }
        hand.make();
        hand.insert(Site.DATACENTRE);
        for (int tries = 0; ; tries++) {
            try {
                return consoles.json(
                                Site.DATACENTRE,
                                "issuer:card " + hand.label() + " " + CUSTOMER + " --max 5000 --max-transaction 1000",
                                PIN + "\n")
                        .get("card").asText();
            } catch (StepFailed e) {
                if (e.code().equals("ISS-005")) { // issued already: only the answer got lost
                    return issued().orElseThrow(() -> e);
                }
                // a real reader takes a moment to see the card, and nothing on the data centre's console tells when it does
                if (!e.code().equals("CRD-004") || tries >= 50) {
                    throw e;
                }
                Pause.millis(100);
            }
        }
    }

    private Optional<String> issued() throws StepFailed, LauncherException {
        for (JsonNode card : consoles.json(Site.DATACENTRE, "issuer:cards")) {
            if (card.get("label").asText().equals(hand.label())) {
                return Optional.of(card.get("card").asText());
            }
        }
        return Optional.empty();
    }

    /** Ends whatever an earlier, broken-off walk left open. */
    void settle() throws StepFailed, LauncherException {
        progress.step("what was left open is resolved");
        consoles.text(Site.METER, "tms:resolve");
        hand.insert(Site.METER);
        consoles.text(Site.METER, "transfer:resolve");
        hand.insert(Site.STATION);
        consoles.text(Site.STATION, "merchant:resolve");
        submit();
        synchronise();
        progress.done("nothing in doubt");
    }

    /** One round of everything. */
    void round(String card) throws StepFailed, LauncherException {
        int number = nextRound();
        Ids ids = new Ids(seed, number);
        Random random = new Random(seed * 31 + number);
        long refill = roundUp(mail.totalMils() + 150_000, 10_000);
        long deposit = refill + 100_000 + random.nextInt(50) * 1_000L;
        long load = 40_000 + random.nextInt(20) * 1_000L;
        long recharge = 20_000 + random.nextInt(20) * 1_000L;
        long purchase = 5_000 + random.nextInt(1000) * 10L;

        progress.step("deposit: camt.054 of bank B booked");
        Path notice = BankB.creditNotice(site.folder().resolve("bank"), "R" + ids.of("deposit").substring(0, 20), CUSTOMER, deposit);
        consoles.json(Site.DATACENTRE, "bank:import " + quote(notice));
        progress.done(Books.decimal(deposit) + " USD for " + CUSTOMER);

        progress.step("TMS refill of the meter");
        consoles.json(Site.METER, "tms:refill " + Books.decimal(refill) + " --id " + ids.of("refill"));
        progress.done(Books.decimal(refill) + " USD into PM000001");

        progress.step("card in, recognised (110-112)");
        hand.insert(Site.METER);
        JsonNode status = consoles.json(Site.METER, "card:status");
        require(status.get("card").asText().equals(card), "card " + card + " expected, found " + status);
        require(status.get("paired").asBoolean(), "card and meter are not paired: " + status);
        progress.done("card " + card + ", balance " + Books.decimal(status.get("balance").asLong()));

        progress.step("PIN, amount, transfer (113-121)");
        transfer(ids.of("transfer"), load);
        progress.done(Books.decimal(load) + " USD from meter to card");

        progress.step("transfer listed, card's log, PIN (P6)");
        progress.done(afterTransfer(ids.of("transfer"), load));

        progress.step("mail run franked from the registers");
        JsonNode run = consoles.json(Site.METER, "frank:run " + quote(mail.path()) + " --run " + ids.of("mail"));
        require(run.get("franked").asLong() + run.get("skipped").asLong() + run.get("spoiled").asLong() == mail.rows(),
                "mail run of " + mail.rows() + " rows does not add up: " + run);
        progress.done(run.get("franked").asText() + " pieces, " + Books.decimal(run.get("total").asLong()) + " USD");
        for (JsonNode error : run.get("errors")) {
            progress.note("line " + error.get("line").asText() + " skipped: " + error.get("reason").asText());
        }

        progress.step("one piece paid by the card (F5)");
        JsonNode piece = frankByCard(ids.of("piece"));
        progress.done(piece == null ? "spoiled, on record" : "piece " + piece.get("pieceCount").asText());

        progress.step("indicium read and verified (F4)");
        progress.done(verify(piece));

        progress.step("recharge requested and listed");
        consoles.json(
                Site.DATACENTRE,
                "authorisation:request " + card + " " + Books.decimal(recharge) + " --id " + ids.of("recharge"));
        consoles.text(Site.METER, "tms:sync");
        consoles.text(Site.STATION, "tms:sync");
        int atMeter = consoles.json(Site.METER, "recharge:list").size();
        int atStation = consoles.json(Site.STATION, "recharge:list").size();
        require(atMeter > 0 && atStation > 0 || consoles.healed() > 0, "the authorisation does not wait at both stations");
        progress.done(Books.decimal(recharge) + " USD, waits at meter (" + atMeter + ") and station (" + atStation + ")");

        progress.step("recharge applied at the station");
        String entry = consoles.json(Site.DATACENTRE, "authorisation:show " + ids.of("recharge")).get("entryId").asText();
        hand.insert(Site.STATION);
        String first = applied(Site.STATION, entry);
        progress.done(first);

        progress.step("the same one offered at the meter");
        hand.insert(Site.METER);
        String second = applied(Site.METER, entry);
        // after a kill the answer of the applying station may be "used": the card obeyed, the record was cut off
        require(first.equals("applied") ^ second.equals("applied") || consoles.healed() > 0 && !second.equals("applied"),
                "authorisation " + first + " at the station and " + second + " at the meter");
        progress.done("refused as stale (" + second + "), out of the queue");

        progress.step("purchase at the merchant");
        hand.insert(Site.STATION);
        consoles.text(Site.METER, "tms:sync");
        consoles.text(Site.STATION, "tms:sync");
        String bought = purchase(ids.of("purchase"), purchase);
        progress.done(Books.decimal(purchase) + " USD " + bought);

        progress.step("batch submitted");
        progress.done(submit());

        progress.step("merchant paid: pain.001 to bank A");
        progress.done(payOut());
    }

    private void transfer(String id, long mils) throws StepFailed, LauncherException {
        String command = "card:transfer " + Books.decimal(mils) + " --id " + id;
        try {
            consoles.json(Site.METER, command, PIN + "\n");
        } catch (StepFailed e) {
            if (!uncertain(e)) {
                throw e;
            }
            consoles.text(Site.METER, "transfer:resolve");
        }
    }

    /** What is on record at the meter is on record on the card (P6, T5); the PIN is changed to itself, so that a repetition is safe. */
    private String afterTransfer(String id, long mils) throws StepFailed, LauncherException {
        String state = "not begun";
        for (JsonNode one : consoles.json(Site.METER, "transfer:list")) {
            if (one.get("transaction").asText().equals(id)) {
                state = consoles.json(Site.METER, "transfer:show " + id).get("state").asText();
            }
        }
        boolean logged = false;
        for (JsonNode line : consoles.json(Site.METER, "card:log")) {
            logged |= line.get("kind").asText().equals("load") && line.get("amount").asLong() == mils;
        }
        require(logged || !state.equals("DONE"), "transfer " + id + " is done and not in the card's log");
        for (int tries = 0; ; tries++) {
            try {
                consoles.text(Site.METER, "card:pin-change", PIN + "\n" + PIN + "\n");
                return state + (logged ? ", in the card's log" : "") + "; PIN changed";
            } catch (StepFailed e) {
                if (!uncertain(e) || tries >= 3) {
                    throw e;
                }
            }
        }
    }

    private static boolean uncertain(StepFailed e) {
        return List.of("TRF-004", "TRF-003", "FRK-003", "MER-002", "PUR-018", "TMS-006", "MER-006", "PRT-005").contains(e.code());
    }

    private JsonNode frankByCard(String id) throws StepFailed, LauncherException {
        String command = "frank:piece 0.740 --class letter-1oz --recipient 'Paid by the card' --card --id " + id;
        for (int tries = 0; ; tries++) {
            try {
                return consoles.json(Site.METER, command);
            } catch (StepFailed e) {
                if (e.code().equals("FRK-002")) {
                    return null;
                }
                if (!uncertain(e) || tries >= 3) {
                    throw e;
                }
            }
        }
    }

    private String verify(JsonNode piece) throws StepFailed, LauncherException {
        if (piece == null) {
            return "no piece to read";
        }
        String hex = piece.get("indicium").asText();
        lastIndicium = hex;
        String file = null;
        for (JsonNode output : piece.get("outputs")) {
            file = output.asText().endsWith(".png") ? output.asText() : file;
        }
        require(file != null, "no PNG among " + piece.get("outputs"));
        JsonNode verdict = consoles.json(Site.METER, "indicium:verify " + quote(Path.of(file)));
        require(verdict.get("pieceCount").asLong() == piece.get("pieceCount").asLong(), "another piece read: " + verdict);
        int digit = Character.digit(hex.charAt(hex.length() - 1), 16) ^ 1;
        String forged = hex.substring(0, hex.length() - 1) + Character.forDigit(digit, 16);
        try {
            consoles.json(Site.METER, "indicium:verify " + forged);
        } catch (StepFailed e) {
            return "accepted from " + Path.of(file).getFileName() + "; one flipped bit refused " + e.code();
        }
        throw new StepFailed("", "an indicium with a flipped bit was accepted");
    }

    /** What the card said to an entry at a station, by itself at insertion or asked now. */
    private String applied(String instance, String entry) throws StepFailed, LauncherException {
        for (int tries = 0; tries < 3; tries++) {
            for (JsonNode outcome : consoles.json(instance, "recharge:outcomes")) {
                if (outcome.get("entryId").asText().equals(entry) && outcome.get("removed").asBoolean()) {
                    return outcome.get("result").asText();
                }
            }
            consoles.json(instance, "recharge:apply");
        }
        throw new StepFailed("", "entry " + entry + " did not end at " + instance);
    }

    private String purchase(String id, long mils) throws StepFailed, LauncherException {
        for (int tries = 0; ; tries++) {
            try {
                return consoles.json(
                                Site.STATION, "merchant:purchase " + Books.decimal(mils) + " --id " + id)
                        .get("state").asText();
            } catch (StepFailed e) {
                if (!uncertain(e) || tries >= 3) {
                    throw e;
                }
                consoles.text(Site.STATION, "merchant:resolve");
            }
        }
    }

    String submit() throws StepFailed, LauncherException {
        for (int tries = 0; ; tries++) {
            try {
                JsonNode batch = consoles.json(Site.STATION, "merchant:submit");
                return batch.get("accepted").asText() + " accepted, "
                        + Books.decimal(batch.get("acceptedAmount").asLong()) + " USD";
            } catch (StepFailed e) {
                if (e.code().equals("MER-005")) {
                    return "nothing left to submit";
                }
                if (!uncertain(e) || tries >= 3) {
                    throw e;
                }
            }
        }
    }

    String payOut() throws StepFailed, LauncherException {
        try {
            JsonNode payout = consoles.json(Site.DATACENTRE, "bank:payout");
            return Books.decimal(payout.get("amount").asLong()) + " USD in "
                    + Path.of(payout.get("file").asText()).getFileName();
        } catch (StepFailed e) {
            if (e.code().equals("BNK-004")) {
                return "nothing owed";
            }
            throw e;
        }
    }

    void synchronise() throws StepFailed, LauncherException {
        // twice: a receipt that comes from one station may be what the other one's record waits for
        for (int i = 0; i < 2; i++) {
            consoles.text(Site.METER, "tms:sync");
            consoles.text(Site.STATION, "tms:sync");
        }
    }

    /** Synchronises, reads the card and everything else. */
    Books close(String card) throws StepFailed, LauncherException {
        progress.step("everything synchronised and added up");
        hand.insert(Site.STATION);
        consoles.text(Site.STATION, "merchant:resolve");
        submit();
        hand.insert(Site.METER);
        Map<String, JsonNode> cards = new LinkedHashMap<>();
        consoles.text(Site.METER, "transfer:resolve");
        synchronise();
        submit();
        payOut();
        cards.put(card, consoles.json(Site.METER, "card:status"));
        synchronise();
        int open = consoles.json(Site.DATACENTRE, "settlement:list --open").size();
        require(open == 0, open + " transfers are in doubt at the data centre (T7)");
        Books books = Books.read(consoles, cards);
        progress.done(books.failures().isEmpty() ? "every identity holds" : books.failures().size() + " BROKEN");
        return books;
    }

    private static void require(boolean holds, String otherwise) throws StepFailed {
        if (!holds) {
            throw new StepFailed("", otherwise);
        }
    }

    private int nextRound() throws LauncherException {
        Path file = site.folder().resolve("rounds");
        try {
            int next = Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) + 1 : 1;
            Path aside = file.resolveSibling("rounds.tmp");
            Files.writeString(aside, next + "\n");
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return next;
        } catch (IOException | NumberFormatException e) {
            throw new LauncherException("cannot count rounds in " + file + ": " + e.getMessage(), e);
        }
    }

    private static long roundUp(long mils, long step) {
        return Math.multiplyExact((mils + step - 1) / step, step);
    }

    private static String quote(Path path) {
        char quote = path.toString().contains("'") ? '"' : '\'';
        return quote + path.toString() + quote;
    }

    /** Prints where a person finds what was made. */
    List<String> outputs() {
        List<String> lines = new ArrayList<>();
        lines.add("printed sheets   " + site.folder().resolve("meter/prints"));
        lines.add("register log     " + registerLog());
        lines.add("bank files       " + site.folder().resolve("bank"));
        return lines;
    }

    /** Writes the meter's whole register log beside the other outputs, and finds the last piece's debit in it (F4). */
    void saveLog() throws StepFailed, LauncherException {
        progress.step("register log exported");
        JsonNode written = consoles.json(Site.METER, "register:export " + quote(registerLog()) + " --force");
        String found = "";
        if (!lastIndicium.isEmpty()) {
            JsonNode verdict = consoles.json(Site.METER, "indicium:verify " + lastIndicium + " --log " + quote(registerLog()));
            found = ", the last piece's debit is record " + verdict.get("logSequence").asText();
        }
        progress.done(written.get("records").asText() + " records" + found);
    }

    private Path registerLog() {
        return site.folder().resolve("meter-register-log.jsonl");
    }
}
