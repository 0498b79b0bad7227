// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;

/** What a PostgreSQL of its own can do to a ledger under load, and two ledgers to each other. */
public class TroubleTest {

    private static final int CALLERS = 8;
    private static final long SECONDS_MAX = 180;

    private TestDatabase database;

    @Before
    public void start() throws Exception {
        database = TestDatabase.ownServer();
    }

    @After
    public void stop() throws Exception {
        if (database != null) {
            database.close();
        }
    }

    private interface Condition {
        boolean holds() throws SQLException;
    }

    private static void await(String what, Condition condition) throws SQLException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (!condition.holds()) {
            assertTrue(what + ", in " + SECONDS_MAX + " s", System.nanoTime() < end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Every answer given still stands, every act is there as a whole or not at all, and each can be repeated. */
    private static void settle(SqlLedger ledger, Map<Long, Long> answered, Iterable<Long> unanswered) throws Exception {
        long entries = ledger.verify();
        assertEquals("both legs or none", 0, entries % 2);
        assertEquals("two mils for two entries", entries, ledger.account("b").orElseThrow().postedMils());
        for (Map.Entry<Long, Long> one : answered.entrySet()) {
            Posting first = Load.act(one.getKey()).get(0);
            LedgerEntry found = ledger.find(first.id()).orElseThrow(() -> new AssertionError("lost: " + one));
            assertEquals("answered otherwise: " + one, (long) one.getValue(), found.number());
        }
        for (long n : unanswered) {
            List<Posting> act = Load.act(n);
            boolean there = ledger.find(act.get(0).id()).isPresent();
            assertEquals("half-booked: " + n, there, ledger.find(act.get(1).id()).isPresent());
            List<LedgerEntry> again = ledger.post(act);
            assertEquals(again, ledger.post(act));
        }
        ledger.verify();
    }

    @Test
    public void connectionsLostUnderLoad() throws Exception {
        try (TestDatabase.Open open = database.open()) {
            Load load = new Load(open.ledger(), CALLERS, 0, (n, number) -> {});
            try (load) {
                for (int round = 1; round <= 15; round++) {
                    int wanted = 40 * round;
                    await("answers go on", () -> load.answered().size() >= wanted);
                    database.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
                }
            }
            assertEquals("nobody was refused", Map.of(), load.refused());
            settle(open.ledger(), load.answered(), load.refused().keySet());
        }
    }

    @Test
    public void theDatabaseCrashesAndComesBack() throws Exception {
        try (TestDatabase.Open open = database.open()) {
            Load load = new Load(open.ledger(), CALLERS, 0, (n, number) -> {});
            try (load) {
                for (int round = 1; round <= 3; round++) {
                    int wanted = load.answered().size() + 100;
                    await("answers go on", () -> load.answered().size() >= wanted);
                    database.server().down(round != 2);
                    database.server().up();
                }
            }
            settle(open.ledger(), load.answered(), load.refused().keySet());
        }
    }

    @Test
    public void aLedgerStartedBeforeItsDatabaseServesOnceItIsThere() throws Exception {
        database.server().down(false);
        SqlLedger.Setting impatient =
                new SqlLedger.Setting(512, 4, java.time.Duration.ofMillis(100), java.time.Duration.ZERO);
        try (TestDatabase.Open open = TestDatabase.open(database.url(), impatient, InstantSource.system())) {
            database.server().up();
            try (Load load = new Load(open.ledger(), 1, 0, (n, number) -> {})) {
                await("answers", () -> load.answered().size() >= 5);
            }
            open.ledger().verify();
        }
    }

    @Test
    public void aDeadlockWithAStrangerIsTriedAgain() throws Exception {
        try (TestDatabase.Open open = database.open();
                Connection watch = DriverManager.getConnection(database.url(), "porto", "");
                Statement look = watch.createStatement()) {
            try (Load load = new Load(open.ledger(), CALLERS, 0, (n, number) -> {});
                    Connection stranger = DriverManager.getConnection(database.url(), "porto", "");
                    Statement locks = stranger.createStatement()) {
                await("answers", () -> load.answered().size() >= 20);
                locks.execute("SET deadlock_timeout = '1h'"); // whoever looks first gives way: the ledger's connection does
                stranger.setAutoCommit(false);
                locks.execute("SELECT 1 FROM account WHERE name = 'a' FOR UPDATE");
                await("the ledger waits", () -> {
                    try (ResultSet row = look.executeQuery(
                            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")) {
                        return row.next();
                    }
                });
                locks.execute("SELECT 1 FROM chain_head FOR UPDATE");
                stranger.rollback();
                int wanted = load.answered().size() + 20;
                await("answers go on", () -> load.answered().size() >= wanted);
                assertEquals(Map.of(), load.refused());
            }
            open.ledger().verify();
            try (ResultSet row = look.executeQuery("SELECT deadlocks FROM pg_stat_database WHERE datname = 'porto'")) {
                row.next();
                assertTrue("there was a deadlock", row.getLong(1) > 0);
            }
        }
    }

    /** A process of its own: posts the same acts as its twin, and tells each answer. */
    public static final class Node {

        private Node() {}

        public static void main(String[] args) throws Exception {
            SqlLedger ledger = TestDatabase.open(args[0], TestDatabase.SETTING, InstantSource.system()).ledger();
            Load load = new Load(ledger, CALLERS, Long.parseLong(args[1]), (n, number) -> {
                synchronized (Node.class) {
                    System.out.println(n + " " + number);
                    System.out.flush();
                }
            });
            System.in.read();
            load.close();
            load.refused().forEach((n, code) -> System.out.println(n + " " + code));
            System.exit(0);
        }
    }

    private static final class Child implements AutoCloseable {

        private final Process process;
        private final BufferedReader out;
        private final Map<Long, Long> answered = new HashMap<>();

        Child(String url, long first) throws Exception {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-cp", System.getProperty("java.class.path"), Node.class.getName(), url, Long.toString(first))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        }

        /** Reads so many more answers, or all there are. */
        void hear(int more) throws Exception {
            for (int i = 0; i < more; i++) {
                String line = out.readLine();
                if (line == null) {
                    assertEquals("all were wanted", Integer.MAX_VALUE, more);
                    return;
                }
                String[] words = line.split(" ");
                if (words.length == 2 && words[1].matches("[0-9]+")) { // else a code, from one that was refused
                    answered.put(Long.parseLong(words[0]), Long.parseLong(words[1]));
                }
            }
        }

        @Override
        public void close() {
            process.toHandle().destroyForcibly();
            process.onExit().join();
        }
    }

    @Test
    public void twoProcessesServeTheSameIdsAndOneIsKilled() throws Exception {
        Map<Long, Long> all = new TreeMap<>();
        try (Child survivor = new Child(database.url(), 0)) {
            for (int round = 0; round < 3; round++) {
                try (Child victim = new Child(database.url(), 0)) {
                    victim.hear(200);
                    survivor.hear(200);
                    victim.process.toHandle().destroyForcibly();
                    victim.hear(Integer.MAX_VALUE);
                    same(all, victim.answered);
                    same(all, survivor.answered);
                }
            }
            survivor.hear(500);
            survivor.process.getOutputStream().close();
            survivor.hear(Integer.MAX_VALUE);
            same(all, survivor.answered);
        }
        try (TestDatabase.Open open = database.open()) {
            long before = all.keySet().stream().mapToLong(Long::longValue).max().orElseThrow() + 1;
            settle(open.ledger(), all, List.of(before, before + 1, before + 2 * CALLERS));
        }
    }

    private static void same(Map<Long, Long> all, Map<Long, Long> more) {
        more.forEach((n, number) -> {
            Long known = all.putIfAbsent(n, number);
            assertTrue(n + " answered twice differently: " + known + ", " + number, known == null || known.equals(number));
        });
    }
}
