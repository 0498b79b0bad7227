// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.porto.launcher.LauncherException;
import org.porto.launcher.Site;

/**
 * A card is pulled out in the middle of a load and does not come back; the data centre settles, the meter obeys at its next session, and
 * then the card does come back after all (rule T7, docs/transfer.md). All by the commands of an operator.
 */
final class Settlements {

    private static final String LOAD = "40";
    private static final long AMOUNT = 7_000;

    /** @param fault of the card's process @param outcome that is ordered @param end state at the data centre once the card is back */
    private enum Case {
        DONE_AND_HAS_IT("pull-after", "done", AMOUNT, "AGREED"),
        DONE_AND_NEVER_HAD_IT("pull-before", "done", 0, "REFUNDED"),
        UNDONE_ON_PROOF("pull-before", "undone", 0, "AGREED");

        private final String fault;
        private final String outcome;
        private final long arrives;
        private final String end;

        Case(String fault, String outcome, long arrives, String end) {
            this.fault = fault;
            this.outcome = outcome;
            this.arrives = arrives;
            this.end = end;
        }
    }

    private final Consoles consoles;
    private final PcscHand hand;
    private final Walk walk;
    private final BiConsumer<Boolean, String> check;
    private int settled;

    /** @param check whether something holds, and what is wrong otherwise */
    Settlements(Consoles consoles, PcscHand hand, Walk walk, BiConsumer<Boolean, String> check) {
        this.consoles = consoles;
        this.hand = hand;
        this.walk = walk;
        this.check = check;
    }

    /** No month passes in a proof: the site's waiting time is set to none. Before the data centre starts. */
    static void noWaiting(Site site) throws LauncherException {
        Path file = site.instance(Site.DATACENTRE).base().resolve("etc/org.porto.settlement.core.cfg");
        try {
            List<String> lines = Files.readAllLines(file).stream()
                    .map(line -> line.startsWith("settle.wait.hours") ? "settle.wait.hours = 0" : line)
                    .toList();
            Files.write(file, lines);
        } catch (IOException e) {
            throw new LauncherException("cannot configure " + file + ": " + e.getMessage(), e);
        }
    }

    int settled() {
        return settled;
    }

    void doneAndHasIt() throws StepFailed, LauncherException {
        settle(Case.DONE_AND_HAS_IT);
    }

    void doneAndNeverHadIt() throws StepFailed, LauncherException {
        settle(Case.DONE_AND_NEVER_HAD_IT);
    }

    void undoneOnProof() throws StepFailed, LauncherException {
        settle(Case.UNDONE_ON_PROOF);
    }

    private void settle(Case wanted) throws StepFailed, LauncherException {
        hand.insert(Site.METER);
        JsonNode registers = consoles.json(Site.METER, "register:show");
        long balance = consoles.json(Site.METER, "card:status").get("balance").asLong();
        long deposit = deposit();
        hand.arm(wanted.fault, LOAD);
        String code = "";
        try {
            consoles.json(Site.METER, "card:transfer " + Books.decimal(AMOUNT), Walk.PIN + "\n");
        } catch (StepFailed e) {
            code = e.code();
        }
        check.accept(code.equals("TRF-004") && !hand.fault().equals("nothing"), wanted + ": the transfer ended with '" + code + "'");
        hand.remove();
        consoles.text(Site.METER, "tms:sync");
        JsonNode doubt = doubt();
        String id = doubt.get("transaction").asText();
        check.accept(doubt.get("amount").asLong() == AMOUNT && doubt.get("state").asText().equals("IN_DOUBT"), wanted + ": " + doubt);
        same(wanted, "inTransit", AMOUNT);
        holds(wanted + ", in doubt");

        long paid = 0;
        refused("settlement:settle --reason lost --yes " + id + " undone", "SET-014");
        if (wanted == Case.UNDONE_ON_PROOF) {
            paid = purchase(id);
            refused("settlement:settle --reason lost --yes " + id + " done", "SET-015");
        }
        consoles.json(Site.DATACENTRE, "settlement:settle --reason 'lost by " + wanted + "' --yes " + id + " " + wanted.outcome);
        refused("settlement:settle --reason other --yes " + id + " " + (wanted.outcome.equals("done") ? "undone" : "done"), null);
        same(wanted, "inTransit", AMOUNT); // the order is given, the meter has not heard
        int obeyed = consoles.json(Site.METER, "tms:sync").get("settlements").asInt();
        check.accept(obeyed == 1, wanted + ": the meter obeyed " + obeyed + " orders");
        boolean done = wanted.outcome.equals("done");
        same(wanted, "inTransit", 0);
        same(wanted, "transferOut", registers.get("transferOut").asLong() + (done ? AMOUNT : 0));
        same(wanted, "descending", registers.get("descending").asLong() - (done ? AMOUNT : 0));
        consoles.text(Site.METER, "tms:sync");
        check.accept(state(id).equals("SETTLED_" + wanted.outcome.toUpperCase(java.util.Locale.ROOT)), wanted + ": state is " + state(id));
        holds(wanted + ", settled");
        audited(id, wanted);

        hand.insert(Site.METER);
        consoles.text(Site.METER, "transfer:resolve");
        check.accept(
                consoles.json(Site.METER, "card:status").get("balance").asLong() == balance + wanted.arrives - paid,
                wanted + ": the card's balance is another");
        same(wanted, "transferOut", registers.get("transferOut").asLong() + (done ? AMOUNT : 0));
        consoles.text(Site.METER, "tms:sync");
        consoles.text(Site.METER, "tms:sync");
        check.accept(state(id).equals(wanted.end), wanted + ": the card came back, state is " + state(id));
        check.accept(deposit() == deposit + (wanted.end.equals("REFUNDED") ? AMOUNT : 0), wanted + ": the deposit is another");
        holds(wanted + ", the card is back");
        // and it works on
        consoles.json(Site.METER, "card:transfer 1.000", Walk.PIN + "\n");
        settled++;
    }

    /** The card that is in doubt at the meter pays at the merchant: its receipt has the number that the load would have had. */
    private long purchase(String id) throws StepFailed, LauncherException {
        hand.insert(Site.STATION);
        consoles.json(Site.STATION, "merchant:purchase 1.000");
        hand.remove();
        walk.submit();
        consoles.text(Site.METER, "tms:sync");
        String evidence = consoles.json(Site.DATACENTRE, "settlement:show " + id).get("evidence").asText();
        check.accept(evidence.equals("NOT_ON_CARD"), "evidence after the purchase is " + evidence);
        return 1_000;
    }

    private JsonNode doubt() throws StepFailed, LauncherException {
        JsonNode open = consoles.json(Site.DATACENTRE, "settlement:list --open");
        if (open.size() != 1) {
            throw new StepFailed("", "not one transfer is in doubt: " + open);
        }
        return open.get(0);
    }

    private String state(String id) throws StepFailed, LauncherException {
        return consoles.json(Site.DATACENTRE, "settlement:show " + id).get("state").asText();
    }

    private long deposit() throws StepFailed, LauncherException {
        for (JsonNode account : consoles.json(Site.DATACENTRE, "account:list")) {
            if (account.get("account").asText().equals("deposit:" + Walk.CUSTOMER)) {
                return account.get("balance").asLong();
            }
        }
        throw new StepFailed("", "no deposit of " + Walk.CUSTOMER);
    }

    private void same(Case wanted, String register, long value) throws StepFailed, LauncherException {
        long found = consoles.json(Site.METER, "register:show").get(register).asLong();
        check.accept(found == value, wanted + ": " + register + " is " + found + ", not " + value);
    }

    private void holds(String when) throws StepFailed, LauncherException {
        JsonNode floats = consoles.json(Site.DATACENTRE, "settlement:float");
        check.accept(floats.get("holds").asBoolean(), when + ": " + floats);
        check.accept(consoles.json(Site.DATACENTRE, "ledger:verify").get("ok").asBoolean(), when + ": ledger:verify");
        check.accept(consoles.json(Site.METER, "register:verify").get("ok").asBoolean(), when + ": register:verify");
    }

    /** @param code null for any */
    private void refused(String command, String code) throws LauncherException {
        try {
            consoles.text(Site.DATACENTRE, command);
            check.accept(false, command + " was not refused");
        } catch (StepFailed e) {
            check.accept(code == null ? e.code().startsWith("SET-") : e.code().equals(code), command + ": " + e.getMessage());
        }
    }

    /** Rule A1: who settled what, and that an attempt was refused, is on the trail. */
    private void audited(String id, Case wanted) throws StepFailed, LauncherException {
        boolean done = false;
        boolean refused = false;
        for (JsonNode entry : consoles.json(Site.DATACENTRE, "audit:list --max 1000")) {
            if (entry.get("act").asText().equals("settlement:settle") && entry.get("subject").asText().contains(id)) {
                done |= entry.get("outcome").asText().equals("done")
                        && entry.get("subject").asText().contains(wanted.outcome)
                        && entry.get("principal").asText().equals("admin");
                refused |= entry.get("outcome").asText().startsWith("SET-");
            }
        }
        check.accept(done && refused, wanted + ": settlement:settle is not on the audit trail");
    }
}
