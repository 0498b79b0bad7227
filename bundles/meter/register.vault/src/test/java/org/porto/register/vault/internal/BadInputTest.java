// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.rules.Timeout;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.Registers;

/**
 * Every operation with every wrong input, through the vault itself: the code is stable, nothing changed, and the id may still be
 * used. D is 100,000 mils less what is in transit; an item is 10 to 50,000; a balance at most 1,000,000.
 */
public class BadInputTest {

    private static final TransactionId OUT = Bench.id(50);
    private static final TransactionId ENDED = Bench.id(51);
    private static final long MAX = Long.MAX_VALUE;
    private static final long MIN = Long.MIN_VALUE;

    private record Row(String code, RegisterOperation operation) {}

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Rule
    public final Timeout limit = Timeout.seconds(60);

    private final List<Row> table = new ArrayList<>();
    private Bench bench;
    private Vault vault;

    @Before
    public void open() {
        bench = new Bench(folder.getRoot().toPath());
        vault = bench.vault();
    }

    @After
    public void close() {
        vault.close();
    }

    private void row(String code, RegisterOperation... operations) {
        for (RegisterOperation operation : operations) {
            table.add(new Row(code, operation));
        }
    }

    private void operational() throws Exception {
        Bench.start(vault);
        vault.post(OUT, new RegisterOperation.TransferOut(1_000, 10, "CARD"));
        vault.post(ENDED, new RegisterOperation.TransferOut(500, 0, "CARD"));
        vault.post(Bench.id(52), new RegisterOperation.TransferDone(ENDED));
    }

    /** Each row is refused with its code and leaves everything as it is, also for a vault that opens again. */
    private void refuseAll() throws Exception {
        assertTrue(table.size() > 0);
        int number = 1000;
        for (Row row : table) {
            TransactionId id = Bench.id(number++);
            Registers before = vault.registers();
            List<RegisterRecord> log = vault.log(1, 10_000);
            RefusedException refused = assertThrows(row.toString(), RefusedException.class, () -> vault.post(id, row.operation()));
            assertEquals(row.toString(), row.code(), refused.code());
            assertEquals(row.toString(), before, vault.registers());
            assertEquals(row.toString(), log.size(), vault.log(1, 10_000).size());
            assertEquals(row.toString(), Optional.empty(), vault.find(id));
        }
        assertEquals(vault.registers().sequence(), vault.verify());
        vault.close();
        Vault again = bench.vault();
        assertEquals(again.registers().sequence(), again.verify());
        vault = again;
    }

    @Test
    public void amountsAndLimits() throws Exception {
        operational();
        for (long negative : new long[] {-1, -10, -50_000, MIN, MIN + 1}) {
            row("REG-001",
                    new RegisterOperation.Refill(negative, 2),
                    new RegisterOperation.Frank(negative, "letter"),
                    new RegisterOperation.FrankByCard(negative, "letter", "CARD"),
                    new RegisterOperation.TransferOut(negative, 0, "CARD"),
                    new RegisterOperation.TransferOut(negative, MIN, "CARD"),
                    new RegisterOperation.TransferOut(10, negative, "CARD"));
        }
        row("REG-001",
                new RegisterOperation.Refill(0, 2),
                new RegisterOperation.Refill(10, -1),
                new RegisterOperation.Refill(10, MIN),
                new RegisterOperation.TransferOut(0, 0, "CARD"),
                new RegisterOperation.TransferOut(0, 10, "CARD"));
        row("REG-002",
                new RegisterOperation.Frank(1, "letter"),
                new RegisterOperation.Frank(9, "letter"),
                new RegisterOperation.Frank(50_001, "letter"),
                new RegisterOperation.Frank(MAX, "letter"),
                new RegisterOperation.FrankByCard(9, "letter", "CARD"),
                new RegisterOperation.FrankByCard(50_001, "letter", "CARD"),
                new RegisterOperation.FrankByCard(MAX, "letter", "CARD"));
        row("REG-003",
                new RegisterOperation.Refill(1_000_000, 2),
                new RegisterOperation.Refill(900_501, 2), // D and T together may be 1,000,000
                new RegisterOperation.Refill(MAX - 100_000, 2));
        row("REG-004",
                new RegisterOperation.TransferOut(98_491, 0, "CARD"),
                new RegisterOperation.TransferOut(98_490, 1, "CARD"),
                new RegisterOperation.TransferOut(1, MAX - 1, "CARD"),
                new RegisterOperation.TransferOut(MAX, 0, "CARD"));
        row("REG-009",
                new RegisterOperation.Refill(MAX, 2),
                new RegisterOperation.Refill(MAX - 98_000, 2),
                new RegisterOperation.TransferOut(MAX, 1, "CARD"),
                new RegisterOperation.TransferOut(1, MAX, "CARD"),
                new RegisterOperation.TransferOut(MAX, MAX, "CARD"));
        refuseAll();
        vault.post(Bench.id(7000), new RegisterOperation.Frank(50_000, "letter"));
        table.clear();
        row("REG-004", new RegisterOperation.Frank(48_491, "letter"));
        refuseAll();
        // at the edge each is allowed
        vault.post(Bench.id(7001), new RegisterOperation.Frank(48_490, "letter"));
        vault.post(Bench.id(7002), new RegisterOperation.Frank(0, "letter"));
        vault.post(Bench.id(7003), new RegisterOperation.FrankByCard(10, "letter", "CARD"));
        assertEquals(0, vault.registers().descending());
        vault.post(Bench.id(7004), new RegisterOperation.Refill(998_990, MAX));
    }

    @Test
    public void texts() throws Exception {
        operational();
        String longest = "x".repeat(64);
        for (String bad : new String[] {longest + "x", "a\nb", "a\tb", "\u0000", "\u007f", "\u0085", "\ud83d\ude00", "\ud800", "x".repeat(100_000)}) {
            row("REG-019",
                    new RegisterOperation.Frank(10, bad),
                    new RegisterOperation.FrankByCard(10, bad, "CARD"),
                    new RegisterOperation.FrankByCard(10, "letter", bad.replace(' ', '_')),
                    new RegisterOperation.TransferOut(10, 0, bad),
                    new RegisterOperation.Lock(bad));
        }
        row("REG-019", new RegisterOperation.FrankByCard(10, "x".repeat(60), "CARD"));
        row("REG-001",
                new RegisterOperation.FrankByCard(10, "letter", ""),
                new RegisterOperation.FrankByCard(10, "letter", "TWO CARDS"),
                new RegisterOperation.TransferOut(10, 0, ""),
                new RegisterOperation.Inspected(Instant.MIN),
                new RegisterOperation.Inspected(Instant.EPOCH),
                new RegisterOperation.Inspected(Instant.EPOCH.minusNanos(1)),
                new RegisterOperation.Inspected(Instant.MAX),
                new RegisterOperation.Inspected(Instant.parse("9999-12-31T23:59:59Z").plusSeconds(1)));
        refuseAll();
        // three bytes a character in UTF-8, still one record
        vault.post(Bench.id(7000), new RegisterOperation.Frank(10, "\u20ac".repeat(64)));
        vault.post(Bench.id(7001), new RegisterOperation.Frank(10, ""));
        vault.post(Bench.id(7002), new RegisterOperation.Inspected(Instant.parse("9999-12-31T23:59:59Z")));
        vault.post(Bench.id(7003), new RegisterOperation.Lock("\u20ac".repeat(64)));
        assertEquals(vault.registers().sequence(), vault.verify());
    }

    @Test
    public void currencyAndPresets() throws Exception {
        row("REG-005",
                new RegisterOperation.Authorise(Currency.getInstance("USD"), Bench.LIMITS),
                new RegisterOperation.Authorise(Currency.getInstance("XXX"), Bench.LIMITS),
                new RegisterOperation.Authorise(Currency.getInstance("JPY"), new RegisterLimits(-1, -1, -1)));
        for (RegisterLimits limits : new RegisterLimits[] {
            new RegisterLimits(-1, 5, 10), new RegisterLimits(MIN, MAX, MAX), new RegisterLimits(6, 5, 10), new RegisterLimits(1, 11, 10),
            new RegisterLimits(0, 0, 0), new RegisterLimits(0, 0, -1), new RegisterLimits(MAX, MAX, MAX - 1)
        }) {
            row("REG-001", new RegisterOperation.Authorise(Bench.EUR, limits));
        }
        refuseAll();
        vault.post(Bench.id(1), new RegisterOperation.Authorise(Bench.EUR, new RegisterLimits(0, MAX, MAX)));
        vault.post(Bench.id(2), new RegisterOperation.Activate());
        // limits as wide as numbers go: the registers themselves are the limit then
        vault.post(Bench.id(3), new RegisterOperation.Refill(MAX, 1));
        vault.post(Bench.id(4), new RegisterOperation.Frank(MAX, "all of it"));
        table.clear();
        row("REG-009",
                new RegisterOperation.Refill(1, 2),
                new RegisterOperation.FrankByCard(1, "letter", "CARD"),
                new RegisterOperation.FrankByCard(MAX, "letter", "CARD"));
        row("REG-004", new RegisterOperation.Frank(1, "letter"), new RegisterOperation.TransferOut(1, 0, "CARD"));
        refuseAll();
        assertEquals(MAX, vault.registers().ascending());
        vault.post(Bench.id(5), new RegisterOperation.Frank(0, "letter"));
    }

    @Test
    public void transfersThatAreNotInTransit() throws Exception {
        operational();
        for (TransactionId other : List.of(Bench.id(999_999), ENDED, Bench.id(3), Bench.id(52), new TransactionId("0".repeat(32)))) {
            row("REG-016", new RegisterOperation.TransferDone(other), new RegisterOperation.TransferUndone(other));
        }
        refuseAll();
        vault.post(Bench.id(7000), new RegisterOperation.TransferUndone(OUT));
        table.clear();
        row("REG-016", new RegisterOperation.TransferDone(OUT), new RegisterOperation.TransferUndone(OUT));
        refuseAll();
    }

    @Test
    public void everyStateRefusesWhatItForbids() throws Exception {
        List<RegisterOperation> all = List.of(
                new RegisterOperation.Authorise(Bench.EUR, Bench.LIMITS),
                new RegisterOperation.Activate(),
                new RegisterOperation.Refill(100, 1),
                new RegisterOperation.Frank(100, "letter"),
                new RegisterOperation.FrankByCard(100, "letter", "CARD"),
                new RegisterOperation.TransferOut(100, 1, "CARD"),
                new RegisterOperation.TransferDone(OUT),
                new RegisterOperation.TransferUndone(OUT),
                new RegisterOperation.Inspected(Bench.START),
                new RegisterOperation.Lock("why"),
                new RegisterOperation.Unlock(),
                new RegisterOperation.Withdraw());
        forbidden(all, 0);
        vault.post(Bench.id(1), new RegisterOperation.Authorise(Bench.EUR, Bench.LIMITS));
        forbidden(all, 1, 8);
        vault.post(Bench.id(2), new RegisterOperation.Activate());
        vault.post(Bench.id(3), new RegisterOperation.Refill(100_000, 1));
        vault.post(OUT, new RegisterOperation.TransferOut(1_000, 10, "CARD"));
        forbidden(all, 2, 3, 4, 5, 6, 7, 8, 9); // withdrawing waits for what is in transit
        vault.post(Bench.id(5), new RegisterOperation.Lock("why"));
        forbidden(all, 6, 7, 8, 10);
        vault.post(Bench.id(6), new RegisterOperation.TransferDone(OUT));
        vault.post(Bench.id(7), new RegisterOperation.Withdraw());
        forbidden(all);
        assertEquals("REG-008", assertThrows(RefusedException.class, () -> vault.rollKey(Bench.id(8))).code());
    }

    private void forbidden(List<RegisterOperation> all, Integer... allowed) throws Exception {
        table.clear();
        for (int i = 0; i < all.size(); i++) {
            if (!List.of(allowed).contains(i)) {
                row("REG-008", all.get(i));
            }
        }
        refuseAll();
    }

    @Test
    public void aRepeatedIdIsTheSameAnswerOrRefused() throws Exception {
        operational();
        List<RegisterRecord> made = vault.log(1, 100);
        List<RegisterOperation> posted = new ArrayList<>(Bench.running());
        posted.add(new RegisterOperation.TransferOut(1_000, 10, "CARD"));
        posted.add(new RegisterOperation.TransferOut(500, 0, "CARD"));
        posted.add(new RegisterOperation.TransferDone(ENDED));
        RegisterOperation[] others = {
            new RegisterOperation.Authorise(Bench.EUR, new RegisterLimits(1, 2, 3)),
            new RegisterOperation.Lock("instead"),
            new RegisterOperation.Refill(100_001, 1),
            new RegisterOperation.TransferOut(1_000, 11, "CARD"),
            new RegisterOperation.TransferOut(500, 0, "DRAC"),
            new RegisterOperation.TransferUndone(ENDED)
        };
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < made.size(); i++) {
                TransactionId id = made.get(i).transaction();
                RegisterOperation other = others[i];
                RegisterRecord again = vault.post(id, posted.get(i));
                assertEquals(made.get(i).sequence(), again.sequence());
                assertArrayEquals(made.get(i).hash(), again.hash());
                assertArrayEquals(made.get(i).mac(), again.mac());
                assertEquals(id.value(), "REG-006", assertThrows(RefusedException.class, () -> vault.post(id, other)).code());
                assertEquals("REG-006", assertThrows(RefusedException.class, () -> vault.rollKey(id)).code());
            }
            assertEquals(made.size(), vault.registers().sequence());
            vault.close(); // and the same after a restart
            vault = bench.vault();
        }
        // a refused one was never used: its id is free
        assertThrows(RefusedException.class, () -> vault.post(Bench.id(900), new RegisterOperation.Frank(9, "letter")));
        vault.post(Bench.id(900), new RegisterOperation.Frank(10, "letter"));
        RegisterRecord rolled = vault.rollKey(Bench.id(901));
        assertArrayEquals(rolled.hash(), vault.rollKey(Bench.id(901)).hash());
        assertEquals("REG-006", assertThrows(RefusedException.class,
                () -> vault.post(Bench.id(901), new RegisterOperation.Frank(10, "letter"))).code());
    }

    @Test
    public void whatIsAskedForMayBeAnything() throws Exception {
        operational();
        assertEquals(Optional.empty(), vault.find(Bench.id(999_999)));
        assertEquals(6, vault.log(MIN, 10_000).size());
        assertEquals(6, vault.log(0, 10_000).size());
        assertEquals(List.of(), vault.log(7, 10));
        assertEquals(List.of(), vault.log(MAX, 10_000));
        assertEquals(1, vault.log(1, 0).size());
        assertEquals(1, vault.log(1, Integer.MIN_VALUE).size());
        assertEquals(6, vault.log(1, Integer.MAX_VALUE).size());
    }

    /** A null is found where the operation is made, so it can't reach a batch in which others wait. */
    @Test
    public void nothingIsNull() throws Exception {
        operational();
        List<org.junit.function.ThrowingRunnable> wrong = List.of(
                () -> new RegisterOperation.Authorise(null, Bench.LIMITS),
                () -> new RegisterOperation.Authorise(Bench.EUR, null),
                () -> new RegisterOperation.Frank(10, null),
                () -> new RegisterOperation.FrankByCard(10, null, "CARD"),
                () -> new RegisterOperation.FrankByCard(10, "letter", null),
                () -> new RegisterOperation.TransferOut(10, 0, null),
                () -> new RegisterOperation.TransferDone(null),
                () -> new RegisterOperation.TransferUndone(null),
                () -> new RegisterOperation.Inspected(null),
                () -> new RegisterOperation.Lock(null),
                () -> vault.post(null, new RegisterOperation.Frank(10, "letter")),
                () -> vault.post(Bench.id(900), null),
                () -> vault.rollKey(null),
                () -> vault.find(null));
        for (org.junit.function.ThrowingRunnable run : wrong) {
            assertThrows(NullPointerException.class, run);
        }
        assertEquals(6, vault.registers().sequence());
        vault.post(Bench.id(900), new RegisterOperation.Frank(10, "letter"));
    }

    @Test
    public void clockFarBackAndOverdue() throws Exception {
        operational();
        vault.post(Bench.id(60), new RegisterOperation.Inspected(Bench.START.plusSeconds(10)));
        bench.now = Bench.START.plusSeconds(11);
        row("REG-017",
                new RegisterOperation.Frank(10, "letter"),
                new RegisterOperation.FrankByCard(10, "letter", "CARD"),
                new RegisterOperation.TransferOut(10, 0, "CARD"));
        refuseAll();
        bench.now = Bench.START.minusSeconds(86_401);
        table.clear();
        row("REG-013", new RegisterOperation.Refill(10, 2), new RegisterOperation.Lock("clock"), new RegisterOperation.TransferDone(OUT));
        refuseAll();
        vault.close();
        TreeSet<String> codes = new TreeSet<>();
        codes.add(assertThrows(RefusedException.class, () -> vault.post(Bench.id(61), new RegisterOperation.Unlock())).code());
        codes.add(assertThrows(RefusedException.class, () -> vault.registers()).code());
        codes.add(assertThrows(RefusedException.class, () -> vault.rollKey(Bench.id(61))).code());
        assertEquals(new TreeSet<>(List.of("REG-014")), codes);
    }
}
