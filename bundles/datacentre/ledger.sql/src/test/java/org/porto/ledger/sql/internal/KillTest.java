// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.Posting;
import org.porto.model.api.Money;
import org.porto.model.api.TransactionId;

/** A process killed in the middle of posting: all that it was told is there, nothing is half-booked. */
@RunWith(Parameterized.class)
public class KillTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final int ROUNDS = 5;

    @Parameters(name = "{0}")
    public static Object[] databases() {
        return TestDatabase.Kind.values();
    }

    private final TestDatabase.Kind kind;

    public KillTest(TestDatabase.Kind kind) {
        this.kind = kind;
    }

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    /** The child: posts two legs at a time and prints each id once it is answered. */
    public static final class Child {

        private Child() {}

        public static void main(String[] args) throws Exception {
            SqlLedger ledger = TestDatabase.open(args[0], TestDatabase.SETTING, InstantSource.system()).ledger();
            ledger.open("bank", AccountKind.ASSET, EUR);
            ledger.open("a", AccountKind.LIABILITY, EUR);
            ledger.open("b", AccountKind.LIABILITY, EUR);
            for (long n = Long.parseLong(args[1]); ; n++) {
                ledger.post(List.of(posting(2 * n, "bank", "a", 3), posting(2 * n + 1, "a", "b", 2)));
                System.out.println(n);
                System.out.flush();
            }
        }
    }

    static Posting posting(long n, String debit, String credit, long mils) {
        return new Posting(new TransactionId(String.format("%032x", n)), debit, credit, Money.ofMils(mils, EUR), "kill", "");
    }

    @Test
    public void everyAcknowledgedPostingSurvives() throws Exception {
        try (TestDatabase database = TestDatabase.make(kind, folder.getRoot().toPath())) {
            rounds(database);
        }
    }

    private static void rounds(TestDatabase database) throws Exception {
        long acknowledged = -1;
        for (int round = 0; round < ROUNDS; round++) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-cp", System.getProperty("java.class.path"), Child.class.getName(), database.url(), Long.toString(acknowledged + 1))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader out = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
                int wanted = 5 + 17 * round;
                for (int i = 0; i < wanted; i++) {
                    String line = out.readLine();
                    assertTrue("child ended by itself", line != null);
                    acknowledged = Long.parseLong(line);
                }
                child.toHandle().destroyForcibly();
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    acknowledged = Long.parseLong(line);
                }
            }
            assertTrue(child.waitFor(30, TimeUnit.SECONDS));
            try (TestDatabase.Open open = database.open()) {
                SqlLedger ledger = open.ledger();
                long entries = ledger.verify();
                assertEquals("both legs or none", 0, entries % 2);
                assertTrue(entries + " entries, acknowledged up to " + acknowledged, entries >= 2 * (acknowledged + 1));
                for (long n = 0; n <= acknowledged; n++) {
                    assertTrue("posting " + n, ledger.find(posting(2 * n + 1, "a", "b", 2).id()).isPresent());
                }
                assertEquals("two mils for two entries", entries, ledger.account("b").orElseThrow().postedMils());
            }
        }
    }
}
