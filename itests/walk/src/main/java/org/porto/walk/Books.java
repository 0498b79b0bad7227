// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.porto.launcher.LauncherException;
import org.porto.launcher.Site;

/**
 * Every account, register and card at one moment, and whether they add up: rule V2 in each meter, P1 on the card, debits equal
 * credits in the ledger (L4), and float in the ledger = value in the devices (L3). Mils.
 */
final class Books {

    private final Map<String, Long> accounts = new LinkedHashMap<>();
    private final Map<String, JsonNode> meters = new LinkedHashMap<>();
    private final Map<String, JsonNode> cards = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private long devices;

    /** Reads everything; the devices must have synchronised before. @param cardStatus by card id, as read in a reader */
    static Books read(Consoles consoles, Map<String, JsonNode> cardStatus) throws StepFailed, LauncherException {
        Books books = new Books();
        for (JsonNode account : consoles.json(Site.DATACENTRE, "account:list")) {
            books.accounts.put(account.get("account").asText(), account.get("balance").asLong());
        }
        for (String name : List.of(Site.METER, Site.STATION)) {
            String serial = consoles.json(name, "tms:status").get("serial").asText();
            books.meters.put(serial, consoles.json(name, "register:show"));
            books.check(consoles.json(name, "register:verify").get("ok").asBoolean(), "register:verify on " + name);
        }
        books.cards.putAll(cardStatus);
        books.check(consoles.json(Site.DATACENTRE, "ledger:verify").get("ok").asBoolean(), "ledger:verify");
        JsonNode floats = consoles.json(Site.DATACENTRE, "settlement:float");
        books.check(floats.get("holds").asBoolean(), "settlement:float " + floats);
        books.checkAll();
        return books;
    }

    List<String> failures() {
        return failures;
    }

    long account(String name) {
        return accounts.getOrDefault(name, 0L);
    }

    private long sum(String prefix) {
        return accounts.entrySet().stream()
                .filter(a -> a.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .reduce(0, Math::addExact);
    }

    private void checkAll() {
        long transit = 0;
        for (Map.Entry<String, JsonNode> meter : meters.entrySet()) {
            JsonNode r = meter.getValue();
            equal(
                    "A + D + X + T + W + F = R + P in " + meter.getKey() + " (V2)",
                    of(r, "ascending") + of(r, "descending") + of(r, "transferOut") + of(r, "inTransit") + of(r, "withdrawn")
                            + of(r, "fees"),
                    of(r, "refilled") + of(r, "cardTakings"));
            equal("ledger and descending register of " + meter.getKey() + " (L3)",
                    account("float:meter:" + meter.getKey()), of(r, "descending"));
            transit = Math.addExact(transit, of(r, "inTransit"));
        }
        equal("ledger and registers in transit (L3)", account("float:transit"), transit);
        for (Map.Entry<String, JsonNode> card : cards.entrySet()) {
            JsonNode c = card.getValue();
            equal("Dc + Ac - Lc = recharged on card " + card.getKey() + " (P1)",
                    of(c, "balance") + of(c, "spent") - of(c, "loadedFromMeters"), of(c, "rechargedTotal"));
            equal("ledger and balance of card " + card.getKey() + " (L3)",
                    account("float:card:" + card.getKey()), of(c, "balance"));
        }
        long liabilities = accounts.entrySet().stream()
                .filter(a -> !a.getKey().equals("bank:deposits"))
                .mapToLong(Map.Entry::getValue)
                .reduce(0, Math::addExact);
        equal("money at the bank = all that is owed and earned (L4)", account("bank:deposits"), liabilities);
        devices = cards.values().stream().mapToLong(c -> of(c, "balance")).sum()
                + meters.values().stream().mapToLong(m -> of(m, "descending")).sum()
                + transit;
        equal("cards + meters + in transit = float liabilities (L3)", devices, sum("float:"));
    }

    private static long of(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || !value.isIntegralNumber()) {
            throw new IllegalStateException("no integer '" + field + "' in " + node);
        }
        return value.asLong();
    }

    private void equal(String what, long left, long right) {
        if (left != right) {
            failures.add(what + ": " + decimal(left) + " and " + decimal(right));
        }
    }

    private void check(boolean holds, String what) {
        if (!holds) {
            failures.add(what);
        }
    }

    static String decimal(long mils) {
        return BigDecimal.valueOf(mils, 3).toPlainString();
    }

    /** The closing table. */
    void print(PrintStream out) {
        out.println();
        out.println("  LEDGER                                              balance");
        accounts.forEach((name, balance) -> out.printf("    %-40s %14s%n", name, decimal(balance)));
        out.println("  REGISTERS");
        for (Map.Entry<String, JsonNode> meter : meters.entrySet()) {
            JsonNode r = meter.getValue();
            out.printf("    %s  %s, %d pieces, record %d%n",
                    meter.getKey(), r.get("state").asText(), of(r, "pieceCount"), of(r, "sequence"));
            for (String[] line : new String[][] {
                {"refilled", "R refilled"}, {"cardTakings", "P card takings"}, {"ascending", "A ascending (franked)"},
                {"descending", "D descending (available)"}, {"transferOut", "X moved to cards"},
                {"inTransit", "T in transit"}, {"withdrawn", "W withdrawn"}, {"fees", "F fees"}
            }) {
                out.printf("      %-38s %14s%n", line[1], decimal(of(r, line[0])));
            }
        }
        out.println("  CARDS");
        for (Map.Entry<String, JsonNode> card : cards.entrySet()) {
            JsonNode c = card.getValue();
            out.printf("    %s  %s%n", card.getKey(), c.get("state").asText());
            for (String[] line : new String[][] {
                {"balance", "Dc balance"}, {"spent", "Ac spent"}, {"loadedFromMeters", "Lc loaded from meters"},
                {"rechargedTotal", "recharged by the data centre"}
            }) {
                out.printf("      %-38s %14s%n", line[1], decimal(of(c, line[0])));
            }
        }
        out.println("  IDENTITIES");
        out.printf("    %-40s %14s%n", "cards + meters + in transit, in devices", decimal(devices));
        out.printf("    %-40s %14s%n", "the same, owed in the ledger", decimal(sum("float:")));
        out.printf("    %-40s %14s%n", "money at the bank = owed + earned", decimal(account("bank:deposits")));
        if (failures.isEmpty()) {
            out.println("    every identity holds (V2, P1, L3, L4)");
        } else {
            failures.forEach(f -> out.println("    BROKEN  " + f));
        }
    }
}
