// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.Test;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.CardOrder;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.LoadOrder;
import org.porto.purse.api.PairState;
import org.porto.purse.api.PurseLogEntry;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.PurseState;
import org.porto.purse.api.PurseStatus;

/**
 * Power cut at every persistent write of every command that writes, before the write and in its middle: the card is before or
 * after, and what the meter or merchant does next ends in the same place (rules P7, T6, T7, T8).
 */
public class PurseTearTest {

    private interface Act {
        void run(Bench bench) throws Exception;
    }

    /** All that a purse tells, but for the try counters. */
    private record Facts(PurseStatus status, Optional<PairState> pair, List<PurseLogEntry> log) {

        static Facts of(Bench bench) throws Exception {
            PurseStatus s;
            List<PurseLogEntry> log;
            try (PurseSession session = bench.certified()) {
                s = session.status();
                log = session.log();
            }
            PurseStatus plain = new PurseStatus(
                    s.card(),
                    s.state(),
                    s.currency(),
                    s.balance(),
                    s.spent(),
                    s.loadedFromMeters(),
                    s.burned(),
                    s.balanceMax(),
                    s.transactionMax(),
                    0,
                    0,
                    s.cardTransaction(),
                    s.orderSequence());
            return new Facts(plain, pairState(bench), log);
        }

        private static Optional<PairState> pairState(Bench bench) throws Exception {
            try (PurseSession session = bench.paired()) {
                return Optional.of(session.pairState());
            } catch (RefusedException e) {
                assertEquals("PUR-002", e.code());
                return Optional.empty();
            }
        }
    }

    /** Runs the act torn at every write in both ways. @return how many tears there were */
    private static int everyTear(Bench bench, Act act, Act recover) throws Exception {
        Bench.Snapshot start = bench.snapshot();
        Facts before = Facts.of(bench);
        bench.restore(start);
        act.run(bench);
        Facts after = Facts.of(bench);
        Set<Facts> seen = new HashSet<>();
        int tears = 0;
        for (boolean within : new boolean[] {false, true}) {
            for (long n = 1; ; n++) {
                bench.restore(start);
                if (within) {
                    bench.machine.tearWithin(n);
                } else {
                    bench.machine.tearAt(n);
                }
                boolean torn = false;
                try {
                    act.run(bench);
                } catch (PortoException e) {
                    torn = true;
                }
                bench.machine.tearOff();
                if (!torn) {
                    break;
                }
                tears++;
                bench.powerUp();
                Facts facts = Facts.of(bench);
                assertTrue("write " + n + ": neither before nor after: " + facts, facts.equals(before) || facts.equals(after));
                seen.add(facts);
                recover.run(bench);
                assertEquals("after recovery from write " + n, after, Facts.of(bench));
            }
        }
        assertTrue("no tears", tears > 3);
        if (!before.equals(after)) {
            assertTrue("a tear before the commit was seen", seen.contains(before));
        }
        bench.restore(start);
        act.run(bench);
        return tears;
    }

    private static Act offering(byte[] envelope) {
        return bench -> {
            try (PurseSession session = bench.certified()) {
                int result = Bench.receipt(session.apply(envelope)).result();
                assertTrue("" + result, result == ApplyReceipt.APPLIED || result == ApplyReceipt.USED);
            }
        };
    }

    private static void orders(Bench bench, CardOrder... orders) throws Exception {
        for (CardOrder order : orders) {
            Act act = offering(bench.envelope(order));
            everyTear(bench, act, act);
        }
    }

    @Test
    public void ordersOfEveryKind() throws Exception {
        Bench bench = Bench.personalised();
        orders(
                bench,
                bench.recharge(10_000, 0, 1),
                bench.burn(5_000, 10_000, 2),
                bench.pairing(Bench.METER, 3, 50_000),
                bench.order(CardOrder.UNBLOCK_PIN, 4, new byte[0]),
                bench.order(CardOrder.INVALIDATE, 5, new byte[0]),
                bench.order(CardOrder.REHABILITATE, 6, new byte[0]),
                bench.recharge(1, 15_000, 7),
                bench.order(CardOrder.TERMINATE, 8, new byte[0]));
    }

    /** Torn at any write, the card has both keys of before or both of after. */
    @Test
    public void rollOverOfAKey() throws Exception {
        Bench bench = Bench.personalised();
        CardOrder known = bench.recharge(10, 0, 1);
        offering(bench.envelope(known)).run(bench);
        try (ExportableSigningKey second = bench.crypto.generateSigningKey()) {
            byte[] roll = bench.envelope(bench.roll(CardOrder.OF_DATACENTRE, 2, second.publicKey(), 2, 1));
            byte[] byFirst = bench.envelope(known);
            CardOrder late = new CardOrder(CardOrder.TERMINATE, 2, Bench.CARD.bytes(), bench.freshId(), 1, 9_999, new byte[0]);
            byte[] bySecond = bench.envelope(late, second, 2);
            Act act = b -> {
                try (PurseSession session = b.certified()) {
                    assertEquals("by the first key", ApplyReceipt.USED, Bench.receipt(session.apply(byFirst)).result());
                    session.showKey(second.publicKey());
                    int result = Bench.receipt(session.apply(roll)).result();
                    assertTrue("" + result, result == ApplyReceipt.APPLIED || result == ApplyReceipt.USED);
                    assertEquals("by the first key", ApplyReceipt.USED, Bench.receipt(session.apply(byFirst)).result());
                    assertEquals("by the second key", ApplyReceipt.STALE, Bench.receipt(session.apply(bySecond)).result());
                }
            };
            everyTear(bench, act, act);
        }
    }

    @Test
    public void fullRings() throws Exception {
        Bench bench = Bench.personalised();
        for (int i = 0; i < 11; i++) {
            offering(bench.envelope(bench.recharge(10, 10L * i, i))).run(bench);
        }
        orders(bench, bench.recharge(10, 110, 20));
        for (int i = 1; i <= 10; i++) {
            debit(1, i).run(bench);
        }
        everyTear(bench, debit(1, 11), again(1, 11));
    }

    private static void load(Bench bench, long amount) throws Exception {
        try (PurseSession session = bench.paired()) {
            session.verifyPin(Bench.PIN);
            LoadOrder order = session.prepareLoad(bench.freshTransaction(), Bench.chf(amount), Bench.TODAY);
            bench.storeNext(order.nextSecret());
            session.load(order);
        }
        bench.settle(true);
    }

    @Test
    public void loads() throws Exception {
        Bench bench = Bench.personalised();
        offering(bench.envelope(bench.pairing(Bench.METER, 1, 50_000))).run(bench);
        load(bench, 100);
        // Block 112 of the meter: the secret that the card answers to says whether the load in doubt was applied.
        everyTear(bench, b -> load(b, 900), b -> {
            boolean applied;
            try (PurseSession session = b.paired()) {
                applied = session.appliedInDoubt();
                assertEquals(applied ? 2 : 1, session.pairState().transfers());
            }
            b.settle(applied);
            if (!applied) {
                load(b, 900);
            }
        });
    }

    private static Act debit(long amount, long number) {
        return bench -> {
            try (PurseSession session = bench.certified()) {
                session.debit(order(bench, amount, number));
            }
        };
    }

    private static DebitOrder order(Bench bench, long amount, long number) {
        return new DebitOrder(bench.freshTransaction(), Bench.chf(amount), number, CardDays.of(Bench.TODAY));
    }

    private static Act again(long amount, long number) {
        return bench -> {
            try (PurseSession session = bench.certified()) {
                PurseStatus status = session.status();
                boolean done = session.log().stream()
                        .anyMatch(l -> l.kind().equals("debit") && l.peerTransaction() == number);
                long before = done ? status.cardTransaction() - 1 : status.cardTransaction();
                Optional<byte[]> proof = session.proveDebit(number, before);
                assertEquals(done, proof.isPresent());
                if (!done) {
                    session.debit(order(bench, amount, number));
                }
            }
        };
    }

    @Test
    public void debitsAndUndoing() throws Exception {
        Bench bench = Bench.personalised();
        offering(bench.envelope(bench.recharge(10_000, 0, 1))).run(bench);
        debit(1_000, 1).run(bench);
        everyTear(bench, debit(2_500, 2), again(2_500, 2));
        Act undo = b -> {
            try (PurseSession session = b.certified()) {
                session.undoDebit(2, b.freshTransaction());
            }
        };
        everyTear(bench, undo, undo);
        try (PurseSession session = bench.certified()) {
            assertEquals(9_000, session.status().balance());
            assertEquals(10_000, session.status().controlSum());
        }
    }

    @Test
    public void changedPinIsOldOrNew() throws Exception {
        Bench bench = Bench.personalised();
        Bench.Snapshot start = bench.snapshot();
        char[] wanted = "55555555".toCharArray();
        Set<Boolean> seen = new HashSet<>();
        for (long n = 1; ; n++) {
            bench.restore(start);
            boolean torn = false;
            try (PurseSession session = bench.certified()) {
                bench.machine.tearWithin(n);
                session.changePin(Bench.PIN, wanted);
            } catch (PortoException e) {
                torn = true;
            }
            bench.machine.tearOff();
            if (!torn) {
                break;
            }
            bench.powerUp();
            try (PurseSession session = bench.certified()) {
                boolean fresh = true;
                try {
                    session.verifyPin(wanted);
                } catch (RefusedException e) {
                    assertEquals("PUR-005", e.code());
                    fresh = false;
                    session.verifyPin(Bench.PIN);
                }
                assertEquals(3, session.status().pinTriesLeft());
                seen.add(fresh);
            }
        }
        assertTrue(seen.contains(false));
    }

    @Test
    public void cutPowerSavesNoPinTry() throws Exception {
        Bench bench = Bench.personalised();
        Bench.Snapshot start = bench.snapshot();
        long compared = 0;
        for (long n = 1; ; n++) {
            bench.restore(start);
            boolean torn = false;
            try (PurseSession session = bench.certified()) {
                bench.machine.tearAt(n);
                session.verifyPin("0000".toCharArray());
            } catch (PortoException e) {
                torn = e.code().equals("PUR-018");
            }
            bench.machine.tearOff();
            if (!torn) {
                break;
            }
            bench.powerUp();
            try (PurseSession session = bench.certified()) {
                int left = session.status().pinTriesLeft();
                assertEquals("counted before the compare (P4)", n == 1 ? 3 : 2, left);
                compared++;
            }
        }
        assertTrue(compared >= 2);
    }

    @Test
    public void recognitionSurvivesCutsAndCountsBeforeTheCompare() throws Exception {
        Bench bench = Bench.personalised();
        offering(bench.envelope(bench.pairing(Bench.METER, 1, 50_000))).run(bench);
        Bench.Snapshot start = bench.snapshot();
        for (long n = 1; ; n++) {
            bench.restore(start);
            bench.machine.tearAt(n);
            boolean torn = false;
            try (PurseSession session = bench.paired()) {
                assertEquals(10, session.status().recognitionTriesLeft());
            } catch (RefusedException e) {
                torn = true;
            }
            bench.machine.tearOff();
            if (!torn) {
                break;
            }
            bench.powerUp();
            try (PurseSession session = bench.certified()) {
                int left = session.status().recognitionTriesLeft();
                assertTrue("" + left, left == 10 || left == 9);
            }
            bench.paired().close();
        }
    }

    @Test
    public void personalisationIsRepeatableUntilComplete() throws Exception {
        Bench bench = new Bench();
        Bench.Snapshot start = bench.snapshot();
        int blank = 0;
        for (boolean within : new boolean[] {false, true}) {
            for (long n = 1; ; n++) {
                bench.restore(start);
                if (within) {
                    bench.machine.tearWithin(n);
                } else {
                    bench.machine.tearAt(n);
                }
                boolean torn = false;
                try {
                    bench.personalise();
                } catch (RefusedException e) {
                    torn = true;
                }
                bench.machine.tearOff();
                if (!torn) {
                    break;
                }
                bench.powerUp();
                if (bench.purses.select(bench).state() == PurseState.BLANK) {
                    blank++;
                    bench.personalise();
                }
                offering(bench.envelope(bench.recharge(1, 0, 1))).run(bench);
                try (PurseSession session = bench.certified()) {
                    session.verifyPin(Bench.PIN);
                    assertEquals(1, session.status().balance());
                }
            }
        }
        assertTrue("" + blank, blank > 15);
    }
}
