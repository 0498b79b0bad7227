// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Rules L1, L2, L4, on both databases. */
@RunWith(Parameterized.class)
public class SqlLedgerTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final String BANK = "bank:deposits";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Parameters(name = "{0}")
    public static Object[] databases() {
        return TestDatabase.Kind.values();
    }

    private final TestDatabase.Kind kind;
    private TestDatabase database;
    private TestDatabase.Open open;
    private SqlLedger ledger;

    public SqlLedgerTest(TestDatabase.Kind kind) {
        this.kind = kind;
    }

    @Before
    public void open() throws Exception {
        database = TestDatabase.make(kind, folder.getRoot().toPath());
        again();
        ledger.open(BANK, AccountKind.ASSET, EUR);
        for (String name : List.of("a", "b", "c")) {
            ledger.open(name, AccountKind.LIABILITY, EUR);
        }
    }

    @After
    public void close() throws Exception {
        if (open != null) {
            open.close();
        }
        if (database != null) {
            database.close();
        }
    }

    private void again() throws RefusedException {
        open = database.open();
        ledger = open.ledger();
    }

    private void sql(String... statements) throws Exception {
        database.sql(statements);
    }

    private static TransactionId id(long n) {
        return new TransactionId(String.format("%032x", n));
    }

    private static Posting posting(long id, String debit, String credit, long mils) {
        return new Posting(id(id), debit, credit, Money.ofMils(mils, EUR), "test", "ref " + id);
    }

    private long balance(String name) throws RefusedException {
        return ledger.account(name).orElseThrow().postedMils();
    }

    private static void refused(String code, org.junit.function.ThrowingRunnable act) {
        assertEquals(code, assertThrows(RefusedException.class, act).code());
    }

    @Test
    public void booksAllOrNoneAndOnce() throws Exception {
        List<LedgerEntry> first = ledger.post(List.of(posting(1, BANK, "a", 1000), posting(2, "a", "b", 400)));
        assertEquals(first, ledger.post(List.of(posting(1, BANK, "a", 1000), posting(2, "a", "b", 400))));
        assertEquals(600, balance("a"));
        refused("LED-003", () -> ledger.post(List.of(posting(1, BANK, "a", 1001))));
        refused("LED-003", () -> ledger.reserve(posting(2, "a", "b", 400)));
        refused("LED-004", () -> ledger.post(List.of(posting(3, "a", "b", 600), posting(4, "a", "b", 1))));
        assertTrue(ledger.find(id(3)).isEmpty());
        assertEquals(600, balance("a"));
        refused("LED-008", () -> ledger.post(List.of(posting(5, "a", "b", 0))));
        refused("LED-001", () -> ledger.post(List.of(posting(5, "a", "nobody", 1))));
        refused("LED-005", () -> ledger.post(List.of(
                new Posting(id(6), "a", "b", Money.ofMils(1, Currency.getInstance("USD")), "test", ""))));
        refused("LED-012", () -> ledger.post(List.of(
                new Posting(id(6), "a", "b", Money.ofMils(1, EUR), "test", "x".repeat(129)))));
        refused("LED-002", () -> ledger.open("a", AccountKind.ASSET, EUR));
        assertEquals(2, ledger.verify());
        refused("LED-008", () -> ledger.post(List.of(posting(7, BANK, "c", Long.MAX_VALUE))));
    }

    @Test
    public void reservesPostsAndVoids() throws Exception {
        ledger.post(List.of(posting(1, BANK, "a", 1000)));
        assertEquals("pending", ledger.reserve(posting(2, "a", "b", 700)).state());
        assertEquals("pending", ledger.reserve(posting(2, "a", "b", 700)).state());
        Account a = ledger.account("a").orElseThrow();
        assertEquals(1000, a.postedMils());
        assertEquals(300, a.availableMils());
        refused("LED-004", () -> ledger.post(List.of(posting(3, "a", "c", 301))));
        ledger.reserve(posting(4, "a", "c", 300));
        assertEquals("posted", ledger.postPending(id(2)).state());
        assertEquals("posted", ledger.postPending(id(2)).state());
        refused("LED-007", () -> ledger.voidPending(id(2)));
        assertEquals("voided", ledger.voidPending(id(4)).state());
        assertEquals("voided", ledger.voidPending(id(4)).state());
        refused("LED-007", () -> ledger.postPending(id(4)));
        refused("LED-006", () -> ledger.postPending(id(9)));
        refused("LED-006", () -> ledger.postPending(id(1)));
        assertEquals(300, ledger.account("a").orElseThrow().availableMils());
        assertEquals(700, balance("b"));
        assertEquals(List.of("posted", "posted", "voided"),
                ledger.statement("a", 0, 10).stream().map(LedgerEntry::state).toList());
        assertEquals(5, ledger.verify());
    }

    @Test
    public void anInterruptedCallerDoesNoHarm() throws Exception {
        Thread.currentThread().interrupt();
        ledger.post(List.of(posting(1, BANK, "a", 1)));
        assertTrue(Thread.interrupted());
        ledger.post(List.of(posting(2, BANK, "a", 1)));
        assertEquals(2, ledger.verify());
    }

    @Test
    public void concurrentPostingsEndLikeTheModel() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        List<String> names = List.of(BANK, "a", "b", "c");
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<Posting>>> done = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                Random random = new Random(seed + t);
                Callable<List<Posting>> run = () -> {
                    List<Posting> booked = new ArrayList<>();
                    for (int i = 0; i < 60; i++) {
                        Posting p = posting(
                                random.nextInt(200), names.get(random.nextInt(4)), names.get(random.nextInt(4)), 1 + random.nextInt(50));
                        try {
                            if (random.nextInt(3) == 0) {
                                ledger.reserve(p);
                                if (random.nextBoolean()) {
                                    ledger.postPending(p.id());
                                    booked.add(p);
                                } else {
                                    ledger.voidPending(p.id());
                                }
                            } else {
                                ledger.post(List.of(p));
                                booked.add(p);
                            }
                        } catch (RefusedException e) {
                            assertTrue(e.getMessage(), List.of("LED-003", "LED-004", "LED-008").contains(e.code()));
                        }
                    }
                    return booked;
                };
                done.add(pool.submit(run));
            }
            Map<TransactionId, Posting> all = new HashMap<>();
            for (Future<List<Posting>> f : done) {
                f.get().forEach(p -> all.put(p.id(), p));
            }
            Map<String, Long> model = new HashMap<>();
            for (Posting p : all.values()) {
                model.merge(p.debit(), p.debit().equals(BANK) ? p.amount().mils() : -p.amount().mils(), Long::sum);
                model.merge(p.credit(), p.credit().equals(BANK) ? -p.amount().mils() : p.amount().mils(), Long::sum);
            }
            for (String name : names) {
                Account account = ledger.account(name).orElseThrow();
                assertEquals("seed " + seed + " " + name, (long) model.getOrDefault(name, 0L), account.postedMils());
                assertEquals("seed " + seed + " " + name, 0, account.pendingOutMils());
            }
            assertTrue("seed " + seed, ledger.verify() > 0);
        } finally {
            pool.shutdown();
        }
    }

    @Test
    public void oneThatTheDatabaseWillNotTakeLeavesItsNeighboursAlone() throws Exception {
        ledger.post(List.of(posting(1, BANK, "a", 100_000)));
        sql("ALTER TABLE journal ADD CONSTRAINT not_666 CHECK (amount <> 666)");
        ExecutorService pool = Executors.newFixedThreadPool(32);
        try {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 320; i++) {
                int n = 10 + i;
                long mils = n % 20 == 0 ? 666 : n % 20 == 1 ? 1_000_000 : 1;
                answers.add(pool.submit(() -> {
                    try {
                        return ledger.post(List.of(posting(1000 + n, "a", "b", 1), posting(n, "a", "c", mils))).get(1).state();
                    } catch (RefusedException e) {
                        return e.code();
                    }
                }));
            }
            for (int i = 0; i < 320; i++) {
                int n = 10 + i;
                assertEquals(n % 20 == 0 ? "LED-010" : n % 20 == 1 ? "LED-004" : "posted", answers.get(i).get());
            }
        } finally {
            pool.shutdown();
        }
        assertEquals("of a refused act nothing is left", 288, balance("b"));
        assertEquals(288, balance("c"));
        assertEquals(1 + 2 * 288, ledger.verify());
    }

    @Test
    public void everyAlteredRowIsFound() throws Exception {
        ledger.post(List.of(posting(1, BANK, "a", 1000), posting(2, "a", "b", 400)));
        ledger.reserve(posting(3, "a", "b", 100));
        ledger.reserve(posting(4, "a", "b", 100));
        ledger.voidPending(id(4));
        open.close();
        Map<String, String> damage = new java.util.LinkedHashMap<>();
        damage.put("UPDATE journal SET amount = amount + 1 WHERE entry_no = 2", "UPDATE journal SET amount = amount - 1 WHERE entry_no = 2");
        damage.put("UPDATE journal SET credit = 'c' WHERE entry_no = 2", "UPDATE journal SET credit = 'b' WHERE entry_no = 2");
        damage.put("UPDATE journal SET reference = 'ref 9' WHERE entry_no = 1", "UPDATE journal SET reference = 'ref 1' WHERE entry_no = 1");
        damage.put("UPDATE journal SET booked_micros = booked_micros + 1 WHERE entry_no = 5",
                "UPDATE journal SET booked_micros = booked_micros - 1 WHERE entry_no = 5");
        damage.put("UPDATE transfer SET state = 'voided' WHERE two_phase = 1 AND entry_no = 3",
                "UPDATE transfer SET state = 'pending' WHERE entry_no = 3");
        damage.put("UPDATE transfer SET state = 'pending' WHERE entry_no = 4", "UPDATE transfer SET state = 'voided' WHERE entry_no = 4");
        damage.put("UPDATE transfer SET reserved = 101 WHERE entry_no = 3", "UPDATE transfer SET reserved = 100 WHERE entry_no = 3");
        damage.put("DELETE FROM reservation", "INSERT INTO reservation (id, entry_no) SELECT id, entry_no FROM transfer WHERE entry_no = 3");
        damage.put("UPDATE reservation SET expires_micros = 1", "UPDATE reservation SET expires_micros = NULL");
        damage.put("UPDATE account SET balance = balance + 1 WHERE name = 'b'", "UPDATE account SET balance = balance - 1 WHERE name = 'b'");
        damage.put("UPDATE account SET pending_out = 0 WHERE name = 'a'", "UPDATE account SET pending_out = 100 WHERE name = 'a'");
        damage.put("UPDATE chain_head SET entry_no = 4", "UPDATE chain_head SET entry_no = 5");
        for (Map.Entry<String, String> one : damage.entrySet()) {
            sql(one.getKey());
            again();
            RefusedException found = assertThrows(one.getKey(), RefusedException.class, ledger::verify);
            assertEquals(one.getKey(), one.getKey().contains("UPDATE account") ? "LED-011" : "LED-009", found.code());
            if (one.getKey().startsWith("UPDATE journal")) {
                String entry = "entry " + one.getKey().substring(one.getKey().lastIndexOf(' ') + 1) + " ";
                assertTrue("the first broken link: " + found.getMessage(), found.getMessage().contains(entry));
            }
            open.close();
            sql(one.getValue());
        }
        again();
        assertEquals(5, ledger.verify());
    }

    @Test
    public void theDatabaseItselfForbidsWhatIsWrong() throws Exception {
        ledger.post(List.of(posting(1, BANK, "a", 1000)));
        open.close();
        for (String wrong : List.of(
                "UPDATE account SET balance = -1 WHERE name = 'a'",
                "UPDATE account SET pending_out = 1001 WHERE name = 'a'",
                "UPDATE journal SET amount = 0",
                "UPDATE journal SET currency = 'USD'",
                "UPDATE journal SET phase = 2",
                "UPDATE journal SET expires_micros = booked_micros + 1",
                "UPDATE transfer SET state = 'pending'",
                "UPDATE transfer SET state = 'voided'",
                "UPDATE transfer SET settled = 1",
                "UPDATE transfer SET two_phase = 1, reserved = 10, settled = 11",
                "DELETE FROM journal",
                "DELETE FROM account WHERE name = 'a'",
                "INSERT INTO reservation (id, entry_no) VALUES ('00', 1)",
                "INSERT INTO transfer (id, entry_no, two_phase, state) SELECT id, 2, 0, state FROM transfer")) {
            assertThrows(wrong, java.sql.SQLException.class, () -> sql(wrong));
        }
        again();
        assertEquals(1, ledger.verify());
    }
}
