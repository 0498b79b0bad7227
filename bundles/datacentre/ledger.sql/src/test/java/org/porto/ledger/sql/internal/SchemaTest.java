// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.time.InstantSource;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;
import org.porto.ledger.api.LedgerEntry;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** A database from before Flyway, with money in it, goes on without loss. */
@RunWith(Parameterized.class)
public class SchemaTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Parameters(name = "{0}")
    public static Object[] databases() {
        return TestDatabase.Kind.values();
    }

    private final TestDatabase.Kind kind;

    public SchemaTest(TestDatabase.Kind kind) {
        this.kind = kind;
    }

    /** What the program before wrote: its table of versions, a deposit, three reservations of which two have ended. */
    private static void before(TestDatabase database) throws Exception {
        String script = new String(
                SchemaTest.class.getResourceAsStream("V1__ledger.sql").readAllBytes(), StandardCharsets.UTF_8);
        database.sql("CREATE TABLE schema_version (version INTEGER NOT NULL PRIMARY KEY,"
                + " script VARCHAR(128) NOT NULL, checksum VARCHAR(64) NOT NULL)");
        database.sql(script.replaceAll("(?m)^--.*$", "").split(";\\s*\n"));
        database.sql("INSERT INTO schema_version VALUES (1, 'V1__ledger.sql', '"
                + Chain.hex(script.getBytes(StandardCharsets.UTF_8)) + "')");
        database.sql("INSERT INTO account VALUES ('bank', 'ASSET', 'EUR', 1000, 0), ('a', 'LIABILITY', 'EUR', 900, 30),"
                + " ('b', 'LIABILITY', 'EUR', 100, 0)");
        String hash = Chain.START;
        List<Row> rows = List.of(
                row(1, "posted", 1, "bank", "a", 1000),
                row(2, "pending", 2, "a", "b", 100),
                row(3, "pending", 3, "a", "b", 200),
                row(4, "post", 2, "a", "b", 100),
                row(5, "void", 3, "a", "b", 200),
                row(6, "pending", 4, "a", "b", 30));
        for (Row r : rows) {
            hash = Chain.next(hash, r);
            database.sql(String.format(
                    "INSERT INTO journal VALUES (%d, '%s', '%s', %d, '%s', '%s', %d, '%s', '%s', '%s', '%s')",
                    r.number(), r.event(), r.id(), r.micros(), r.debit(), r.credit(), r.amount(), r.currency(), r.kind(),
                    r.reference(), hash));
        }
        database.sql(
                String.format("INSERT INTO transfer VALUES ('%032x', 1, 0, 'posted'), ('%032x', 2, 1, 'posted'),"
                        + " ('%032x', 3, 1, 'voided'), ('%032x', 6, 1, 'pending')", 1, 2, 3, 4),
                "UPDATE chain_head SET entry_no = 6, hash = '" + hash + "'");
    }

    private static Row row(long number, String event, long id, String debit, String credit, long amount) {
        return new Row(
                number, event, String.format("%032x", id), 1_000_000 * number, debit, credit, amount, "EUR", "test", "r", Row.NEVER);
    }

    @Test
    public void anOldDatabaseGoesOn() throws Exception {
        try (TestDatabase database = TestDatabase.make(kind, folder.getRoot().toPath())) {
            before(database);
            for (int start = 0; start < 2; start++) {
                try (TestDatabase.Open open = database.open()) {
                    SqlLedger ledger = open.ledger();
                    assertEquals(6 + start, ledger.verify());
                    assertEquals(900 - 30 * start, ledger.account("a").orElseThrow().postedMils());
                    assertEquals(1 - start, ledger.open(0, 10).size());
                    LedgerEntry posted = ledger.postPending(new TransactionId(String.format("%032x", 2)));
                    assertEquals(100, posted.amountMils());
                    ledger.postPending(new TransactionId(String.format("%032x", 4)));
                    assertEquals(7, ledger.verify());
                }
            }
        }
    }

    @Test
    public void aSchemaOfOthersIsLeftAlone() throws Exception {
        try (TestDatabase database = TestDatabase.make(kind, folder.getRoot().toPath())) {
            before(database);
            database.sql("UPDATE schema_version SET checksum = 'other'");
            assertEquals("LED-010", assertThrows(RefusedException.class, database::open).code());
            database.sql("DROP TABLE schema_version");
            assertEquals("LED-010", assertThrows(RefusedException.class, database::open).code());
        }
    }

    @Test
    public void aChangedScriptIsRefused() throws Exception {
        try (TestDatabase database = TestDatabase.make(kind, folder.getRoot().toPath())) {
            database.open().close();
            database.sql("UPDATE \"flyway_schema_history\" SET \"checksum\" = 1 WHERE \"version\" = '2'");
            assertEquals("LED-010", assertThrows(RefusedException.class, database::open).code());
        }
    }

    @Test
    public void optionsThatWeakenDurabilityAreRefused() throws Exception {
        try (TestDatabase database = TestDatabase.make(kind, folder.getRoot().toPath())) {
            String weak = database.url()
                    + (kind == TestDatabase.Kind.H2 ? ";LOCK_MODE=0" : "?options=-c%20synchronous_commit=off");
            assertEquals("LED-010", assertThrows(
                    RefusedException.class,
                    () -> TestDatabase.open(weak, TestDatabase.SETTING, InstantSource.system())).code());
        }
    }
}
