// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.FloatLine;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.ledger.api.Reservation;
import org.porto.ledger.api.StatementRange;
import org.porto.ledger.api.TrialLine;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Reservations with a limit and in parts, and the reports; on both databases. */
@RunWith(Parameterized.class)
public class TwoPhaseTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Parameters(name = "{0}")
    public static Object[] databases() {
        return TestDatabase.Kind.values();
    }

    private final TestDatabase.Kind kind;
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private TestDatabase database;
    private TestDatabase.Open open;
    private SqlLedger ledger;

    public TwoPhaseTest(TestDatabase.Kind kind) {
        this.kind = kind;
    }

    @Before
    public void open() throws Exception {
        database = TestDatabase.make(kind, folder.getRoot().toPath());
        open = database.open(now::get);
        ledger = open.ledger();
        ledger.open("bank:deposits", AccountKind.ASSET, EUR);
        for (String name : List.of("deposit:A", "float:card:1", "float:meter:1", "float:transit", "merchant:1")) {
            ledger.open(name, AccountKind.LIABILITY, EUR);
        }
        ledger.post(List.of(posting(1, "bank:deposits", "deposit:A", 1000)));
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

    private static TransactionId id(long n) {
        return new TransactionId(String.format("%032x", n));
    }

    private static Posting posting(long id, String debit, String credit, long mils) {
        return new Posting(id(id), debit, credit, Money.ofMils(mils, EUR), "test", "ref " + id);
    }

    private void later(Duration by) {
        now.updateAndGet(t -> t.plus(by));
    }

    private long available() throws RefusedException {
        return ledger.account("deposit:A").orElseThrow().availableMils();
    }

    private static void refused(String code, org.junit.function.ThrowingRunnable act) {
        assertEquals(code, assertThrows(RefusedException.class, act).code());
    }

    @Test
    public void aReservationExpiresByAnActOfItsOwn() throws Exception {
        Instant limit = START.plusSeconds(60);
        assertEquals("pending", ledger.reserve(posting(2, "deposit:A", "float:card:1", 600), limit).state());
        assertEquals("pending", ledger.reserve(posting(2, "deposit:A", "float:card:1", 600), limit).state());
        refused("LED-003", () -> ledger.reserve(posting(2, "deposit:A", "float:card:1", 600), limit.plusSeconds(1)));
        refused("LED-003", () -> ledger.reserve(posting(2, "deposit:A", "float:card:1", 600)));
        refused("LED-014", () -> ledger.reserve(posting(9, "deposit:A", "float:card:1", 1), START));
        assertEquals(List.of(new Reservation(ledger.find(id(2)).orElseThrow(), Optional.of(limit))), ledger.open(0, 10));
        assertEquals(List.of(), ledger.expire(10));
        later(Duration.ofSeconds(60));
        refused("LED-014", () -> ledger.postPending(id(2)));
        refused("LED-014", () -> ledger.postPart(id(2), Money.ofMils(1, EUR)));
        assertEquals("the money comes back with the act only", 400, available());
        assertEquals(List.of("expired"), ledger.expire(10).stream().map(LedgerEntry::state).toList());
        assertEquals(1000, available());
        assertEquals(List.of(), ledger.expire(10));
        assertEquals(List.of(), ledger.open(0, 10));
        refused("LED-014", () -> ledger.postPending(id(2)));
        refused("LED-014", () -> ledger.voidPending(id(2)));
        assertEquals("expired", ledger.find(id(2)).orElseThrow().state());
        assertEquals("deposit, reservation, its end", 3, ledger.verify());
    }

    @Test
    public void anEndedReservationDoesNotExpire() throws Exception {
        ledger.reserve(posting(2, "deposit:A", "float:card:1", 100), START.plusSeconds(1));
        ledger.reserve(posting(3, "deposit:A", "float:card:1", 100), START.plusSeconds(1));
        ledger.postPending(id(2));
        ledger.voidPending(id(3));
        later(Duration.ofHours(1));
        assertEquals(List.of(), ledger.expire(10));
        assertEquals("posted", ledger.postPending(id(2)).state());
        assertEquals("voided", ledger.voidPending(id(3)).state());
        assertEquals(900, available());
        ledger.verify();
    }

    @Test
    public void aPartIsPostedAndTheRestGivenBack() throws Exception {
        ledger.reserve(posting(2, "deposit:A", "float:card:1", 600));
        refused("LED-008", () -> ledger.postPart(id(2), Money.ofMils(601, EUR)));
        refused("LED-008", () -> ledger.postPart(id(2), Money.ofMils(0, EUR)));
        refused("LED-005", () -> ledger.postPart(id(2), Money.ofMils(1, Currency.getInstance("USD"))));
        LedgerEntry part = ledger.postPart(id(2), Money.ofMils(250, EUR));
        assertEquals(250, part.amountMils());
        assertEquals(part, ledger.postPart(id(2), Money.ofMils(250, EUR)));
        assertEquals(Optional.of(part), ledger.find(id(2)));
        refused("LED-003", () -> ledger.postPart(id(2), Money.ofMils(251, EUR)));
        refused("LED-003", () -> ledger.postPending(id(2)));
        refused("LED-007", () -> ledger.voidPending(id(2)));
        assertEquals(750, available());
        assertEquals(250, ledger.account("float:card:1").orElseThrow().postedMils());
        assertEquals(3, ledger.verify());
    }

    @Test
    public void statementsPageByNumberAndTime() throws Exception {
        for (int n = 2; n < 12; n++) {
            later(Duration.ofDays(1));
            ledger.post(List.of(posting(n, "deposit:A", "float:meter:1", n)));
        }
        List<LedgerEntry> first = ledger.statement("deposit:A", 1, 4);
        assertEquals(List.of(1L, 2L, 3L, 4L), first.stream().map(LedgerEntry::number).toList());
        assertEquals(List.of(5L, 6L), ledger.statement("deposit:A", 5, 2).stream().map(LedgerEntry::number).toList());
        StatementRange days = new StatementRange(
                "deposit:A", 1, START.plus(Duration.ofDays(2)), START.plus(Duration.ofDays(5)), 100);
        assertEquals(List.of(3L, 4L, 5L), ledger.statement(days).stream().map(LedgerEntry::number).toList());
        refused("LED-001", () -> ledger.statement("nobody", 1, 1));
    }

    @Test
    public void sumsAgree() throws Exception {
        ledger.post(List.of(
                posting(2, "deposit:A", "float:meter:1", 500),
                posting(3, "float:meter:1", "float:transit", 100),
                posting(4, "float:transit", "float:card:1", 60),
                posting(5, "float:card:1", "merchant:1", 25)));
        ledger.reserve(posting(6, "deposit:A", "float:card:1", 100));
        assertEquals(List.of(new FloatLine("EUR", 6, 35, 400, 40, 475)), ledger.floatIdentity(1, Long.MAX_VALUE));
        assertEquals(List.of(new FloatLine("EUR", 2, 35, 0, -60, -25)), ledger.floatIdentity(4, 5));
        assertTrue(ledger.floatIdentity(2, 3).get(0).holds());
        assertEquals(List.of(), ledger.floatIdentity(100, 200));
        List<TrialLine> trial = ledger.trialBalance();
        assertEquals(1000, trial.stream().mapToLong(TrialLine::debitMils).sum());
        assertEquals(1000, trial.stream().mapToLong(TrialLine::creditMils).sum());
        assertEquals(new TrialLine("bank:deposits", AccountKind.ASSET, "EUR", 1000, 0), trial.get(0));
        assertEquals(new TrialLine("deposit:A", AccountKind.LIABILITY, "EUR", 0, 500), trial.get(1));
    }
}
