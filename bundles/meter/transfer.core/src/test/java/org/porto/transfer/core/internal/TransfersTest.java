// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.Test;
import org.porto.crypto.api.SecretBytes;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.purse.api.PurseSession;
import org.porto.transfer.api.PairingOrder;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferEvent;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferRequest;
import org.porto.transfer.api.TransferService;

public class TransfersTest {

    private static final long FEE = 7;

    @Test
    public void theBlocksComeInOrderAndTheFeeIsOnRecord() throws Exception {
        World world = paired();
        List<TransferBlock> blocks = new ArrayList<>();
        TransferInfo done = world.meter().transfer(request(1, 5_000), "1234".toCharArray(), blocks::add);
        assertEquals(TransferBlock.DONE, done.block());
        assertEquals(
                List.of(
                        TransferBlock.INSERTED_110,
                        TransferBlock.RECOGNISED_111,
                        TransferBlock.PIN_113,
                        TransferBlock.AMOUNT_118,
                        TransferBlock.FUNDS_119,
                        TransferBlock.REGISTERS_120,
                        TransferBlock.PERSONALITY_121,
                        TransferBlock.DONE),
                blocks);
        assertEquals(5_000, world.inserted.balance);
        assertEquals(5_000, world.vault.x);
        assertEquals(FEE, world.vault.f);
        assertEquals(100_000 - 5_000 - FEE, world.vault.d);
        assertEquals(0, world.vault.t);
        List<TransferBlock> told = world.events.stream().map(TransferEvent::to).toList();
        assertEquals("listeners are told the same", blocks, told);
        assertEquals(Optional.empty(), world.events.get(0).from());
        legal("one transfer", world);
    }

    /** W blocks 112, 115 to 117: each refusal ends where figure 8 has it, with its code, and moves nothing. */
    @Test
    public void refusalsEndAtTheirBlocks() throws Exception {
        World world = paired();
        Transfers meter = world.meter();
        refused("PUR-005", () -> meter.transfer(request(1, 5_000), "9999".toCharArray(), block -> {}));
        ended(world, TransferBlock.PIN_WRONG_115, TransferBlock.RECOGNISED_111, "PUR-005");
        refused("TRF-002", () -> move(meter, 1, 20_001));
        ended(world, TransferBlock.REFUSED, TransferBlock.PIN_113, "TRF-002");
        world.vault.d = 5_006;
        refused("REG-004", () -> move(meter, 1, 5_000));
        ended(world, TransferBlock.REFUSED, TransferBlock.AMOUNT_118, "REG-004");
        assertEquals(Optional.empty(), meter.find(id(1)));
        assertEquals("a new attempt begins anew", TransferBlock.INSERTED_110, meter.history(id(1)).get(0).to());
        world.inserted = world.card(2);
        refused("TRF-001", () -> move(meter, 5, 100));
        ended(world, TransferBlock.UNRECOGNISED_112, TransferBlock.INSERTED_110, "TRF-001");
        legal("refusals", world);
    }

    private static void ended(World world, TransferBlock at, TransferBlock after, String code) {
        TransferEvent last = world.events.get(world.events.size() - 1);
        assertEquals(at, last.to());
        assertEquals(Optional.of(after), last.from());
        assertEquals(code, last.code());
        assertTrue(at.end());
    }

    @Test
    public void aListenerThatThrowsStopsNothing() throws Exception {
        World world = paired();
        Transfers meter = world.meter();
        meter.watch(event -> {
            throw new IllegalStateException("stranger");
        });
        assertEquals(TransferBlock.DONE, move(meter, 1, 5_000).block());
        assertEquals(8, meter.history(id(1)).size());
    }

    @Test
    public void whatRunsIsSeenAtItsBlockAndIsNotInDoubt() throws Exception {
        World world = paired();
        Transfers meter = world.meter();
        List<Object> seen = new ArrayList<>();
        meter.transfer(request(1, 5_000), "1234".toCharArray(), block -> {
            try {
                seen.add(meter.inDoubt().size());
                if (block == TransferBlock.PERSONALITY_121) {
                    seen.add(meter.find(id(1)).orElseThrow().block());
                }
            } catch (RefusedException e) {
                throw new AssertionError(e);
            }
        });
        assertTrue(seen.stream().noneMatch(one -> one.equals(1)));
        assertTrue(seen.contains(TransferBlock.DONE));
    }

    /** Limits of a day; setting the clock back gives nobody a fresh one, starting anew neither. */
    @Test
    public void limitsOfADayHoldForTheLatestDaySeen() throws Exception {
        World world = paired();
        world.cardDayMax = 3_000;
        Transfers meter = world.meter();
        move(meter, 1, 2_000);
        refused("TRF-008", () -> move(meter, 2, 1_001));
        move(meter, 3, 1_000);
        refused("TRF-008", () -> move(world.meter(), 4, 1));
        world.now = World.NOW.minus(Duration.ofDays(3));
        refused("TRF-008", () -> move(world.meter(), 5, 1));
        world.now = World.NOW.plus(Duration.ofDays(1));
        move(world.meter(), 6, 3_000);
        world.now = World.NOW;
        refused("TRF-008", () -> move(world.meter(), 7, 1));
        assertEquals(6_000, world.inserted.balance);
    }

    @Test
    public void limitsOfADayCountWhatIsInDoubtAndNotWhatCameBack() throws Exception {
        World world = paired();
        world.dayMax = 1_500;
        Transfers meter = world.meter();
        doubt(world, meter, 1, Faults.Kind.FAIL_BEFORE);
        World.Card first = world.inserted;
        world.inserted = world.card(2);
        meter.pairings(List.of(order(first, 1), order(world.inserted, 2)));
        refused("TRF-008", () -> move(meter, 2, 501));
        world.inserted = first;
        assertTrue(met(meter, world));
        assertEquals(TransferBlock.DONE, move(meter, 3, 1_500).block());
        refused("TRF-008", () -> move(meter, 4, 1));
    }

    @Test
    public void theSameIdIsDoneOnceAndOtherContentsAreRefused() throws Exception {
        World world = paired();
        Transfers meter = world.meter();
        move(meter, 1, 5_000);
        assertEquals(TransferBlock.DONE, move(meter, 1, 5_000).block());
        assertEquals(TransferBlock.DONE, move(world.meter(), 1, 5_000).block());
        assertEquals(5_000, world.inserted.balance);
        refused("TRF-006", () -> move(meter, 1, 5_001));
    }

    @Test
    public void everyTransferOpensOnlyToTheNextSecret() throws Exception {
        World world = paired();
        Transfers meter = world.meter();
        byte[] first = world.inserted.secret.clone();
        move(meter, 1, 100);
        move(meter, 2, 200);
        byte[] now = world.inserted.secret;
        assertFalse(Arrays.equals(first, now));
        world.inserted.secret = first;
        assertFalse("an old secret opens nothing", met(meter, world));
        world.inserted.secret = now;
        assertTrue(met(meter, world));
    }

    @Test
    public void whatIsNotAllowedMovesNothing() throws Exception {
        World world = paired();
        Transfers meter = world.meter();
        refused("PUR-005", () -> meter.transfer(request(1, 5_000), "9999".toCharArray(), block -> {}));
        refused("REG-001", () -> move(meter, 2, 0));
        refused("TRF-002", () -> move(meter, 3, 20_001));
        world.vault.d = 5_006;
        refused("REG-004", () -> move(meter, 4, 5_000));
        world.inserted = world.card(2);
        refused("TRF-001", () -> move(meter, 5, 100));
        assertEquals(0, world.vault.sequence);
        assertEquals(5_006, world.vault.d);
    }

    @Test
    public void aRefusalOfTheCardIsTakenBackAtOnce() throws Exception {
        World world = paired();
        world.inserted.refuseLoads = 1;
        Transfers meter = world.meter();
        refused("PUR-008", () -> move(meter, 1, 5_000));
        assertEquals(100_000, world.vault.d);
        assertEquals(0, world.vault.t);
        assertEquals(TransferBlock.UNDONE, move(meter, 1, 5_000).block());
        assertEquals(TransferBlock.DONE, move(meter, 2, 5_000).block());
    }

    @Test
    public void cardsInDoubtBlockOnlyThemselves() throws Exception {
        World world = paired();
        World.Card first = world.inserted;
        World.Card second = world.card(2);
        Transfers meter = world.meter();
        meter.pairings(List.of(order(first, 1), order(second, 2)));
        world.inserted = second;
        assertTrue(met(meter, world));
        doubt(world, meter, 1, Faults.Kind.FAIL_AFTER);
        world.inserted = first;
        doubt(world, meter, 2, Faults.Kind.FAIL_BEFORE);
        assertEquals(2, meter.inDoubt().size());
        world.inserted = world.card(3);
        meter.pairings(List.of(order(first, 1), order(second, 2), order(world.inserted, 3)));
        assertEquals(TransferBlock.DONE, move(meter, 3, 300).block());
        world.inserted = first;
        assertTrue(met(meter, world));
        assertEquals(1, meter.inDoubt().size());
        world.inserted = second;
        assertTrue(met(meter, world));
        assertEquals(0, meter.inDoubt().size());
        assertEquals(0, world.vault.t);
        assertEquals(1_000, second.balance);
        assertEquals(100_000, world.total());
    }

    @Test
    public void aJournalThatWasLostProvesNothing() throws Exception {
        World world = paired();
        Transfers meter = world.meter();
        doubt(world, meter, 1, Faults.Kind.FAIL_AFTER);
        world.journal.clear();
        Transfers amnesic = world.meter();
        assertEquals(1_000 + FEE, world.vault.t);
        assertEquals(1, amnesic.inDoubt().size());
        world.check("lost journal");
    }

    @Test
    public void whatTheDataCentreSettledIsNotMovedAgain() throws Exception {
        World world = paired();
        Transfers meter = world.meter();
        doubt(world, meter, 1, Faults.Kind.FAIL_AFTER);
        world.vault.post(id(99), new org.porto.register.api.RegisterOperation.TransferDone(id(1)));
        assertTrue(met(meter, world));
        assertEquals(0, meter.inDoubt().size());
        assertEquals(100_000, world.total());
        assertEquals(TransferBlock.DONE, move(meter, 2, 10).block());
    }

    @Test
    public void pairingsThatAreNotNamedEndUnlessInDoubt() throws Exception {
        World world = paired();
        Transfers meter = world.meter();
        doubt(world, meter, 1, Faults.Kind.FAIL_AFTER);
        meter.pairings(List.of());
        assertEquals(1, meter.pairedCards().size());
        assertTrue(met(meter, world));
        meter.pairings(List.of());
        assertEquals(0, meter.pairedCards().size());
        refused("TRF-001", () -> move(meter, 2, 10));
    }

    @Test
    public void aPairingNotHandedOverYetIsReplacedAsAWholeAndOneInForceKeepsItsSecret() throws Exception {
        World world = new World();
        world.inserted = world.card(1);
        Transfers meter = world.meter();
        meter.pairings(List.of(order(world.inserted, 1)));
        meter.pairings(List.of(order(world.inserted, 2)));
        assertTrue(met(meter, world));
        move(meter, 1, 100);
        meter.pairings(List.of(order(world.inserted, 3)));
        assertTrue(met(meter, world));
        assertEquals(TransferBlock.DONE, move(world.meter(), 2, 100).block());
    }

    @Test
    public void tooManyFailedRecognitionsPauseTheReader() throws Exception {
        World world = paired();
        Transfers meter = world.meter();
        byte[] good = world.inserted.secret;
        RecognitionGuard guard = new RecognitionGuard(() -> world.nanos);
        for (int i = 0; i < RecognitionGuard.FAILURES_MAX; i++) {
            guard.check("r");
            guard.failed("r");
        }
        assertThrows(RefusedException.class, () -> guard.check("r"));
        guard.check("other");
        world.nanos += RecognitionGuard.PAUSE.toNanos();
        guard.check("r");
        world.inserted.secret = good;
        assertEquals(TransferBlock.DONE, move(meter, 1, 10).block());
    }

    /** Rule T8: each step of pairing, first and second transfer is failed in each way; then the card comes again. */
    @Test
    public void everyStepFailedInEveryWayLosesAndMakesNothing() throws Exception {
        int scenarios = 0;
        for (Faults.Kind kind : Faults.Kind.values()) {
            for (boolean refusing : new boolean[] {false, true}) {
                World dry = new World();
                scenario(dry, refusing);
                int steps = dry.faults.steps;
                assertTrue(steps > 9);
                for (int step = 0; step < steps; step++) {
                    failedAt(kind, refusing, step);
                    scenarios++;
                }
            }
        }
        assertTrue("scenarios " + scenarios, scenarios > 80);
    }

    private static void failedAt(Faults.Kind kind, boolean refusing, int step) throws Exception {
        String name = kind + " at step " + step + (refusing ? ", card refuses first" : "");
        World world = new World();
        world.faults.kind = kind;
        world.faults.failing = step;
        scenario(world, refusing);
        world.check(name);
        world.faults.failing = -1;
        Transfers meter = world.meter();
        meter.pairings(List.of(order(world.inserted, 1)));
        assertTrue(name + ": recognised", met(meter, world));
        assertEquals(name + ": value", 100_000, world.total());
        assertEquals(name + ": nothing in doubt", 0, meter.inDoubt().size());
        assertEquals(name + ": T", 0, world.vault.t);
        assertEquals(name + ": X is on the card", world.inserted.balance, world.vault.x);
        long expected = 0;
        for (TransferInfo transfer : meter.list(100)) {
            expected += transfer.block() == TransferBlock.DONE ? transfer.amountMils() : 0;
        }
        assertEquals(name + ": journal", expected, world.inserted.balance);
        move(meter, 50, 11);
        assertEquals(name + ": goes on", expected + 11, world.inserted.balance);
        assertEquals(name + ": value", 100_000, world.total());
        legal(name, world);
    }

    /** The machine of the api is the one that ran. */
    static void legal(String name, World world) {
        for (TransferEvent event : world.events) {
            assertTrue(name + ": " + event.from() + " to " + event.to(), event.to().after(event.from()));
        }
    }

    /** Pairs a card and moves value twice, going on after whatever happens; a power cut starts a new meter. */
    private static void scenario(World world, boolean refusing) throws Exception {
        world.inserted = world.card(1);
        world.inserted.refuseLoads = refusing ? 1 : 0;
        Transfers[] meter = {world.meter()};
        List<Step> steps = List.of(
                m -> m.pairings(List.of(order(world.inserted, 1))),
                m -> {
                    if (!met(m, world)) {
                        throw new AssertionError("not recognised");
                    }
                },
                m -> move(m, 1, 1_000),
                m -> move(m, 2, 2_000));
        for (Step step : steps) {
            try {
                step.take(meter[0]);
            } catch (Faults.PowerCut e) {
                meter[0] = restart(world);
            } catch (PortoException e) {
                world.check(e.getMessage());
            }
            if (step == steps.get(0) && meter[0].pairedCards().isEmpty()) {
                meter[0].pairings(List.of(order(world.inserted, 1)));
            }
        }
    }

    private interface Step {
        void take(Transfers meter) throws Exception;
    }

    private static Transfers restart(World world) throws Exception {
        try {
            return world.meter();
        } catch (Faults.PowerCut e) {
            return world.meter();
        }
    }

    static void doubt(World world, TransferService meter, int number, Faults.Kind kind) throws Exception {
        world.faults.kind = kind;
        world.faults.failing = world.faults.steps + 3;
        UncertainException e = assertThrows(UncertainException.class, () -> move(meter, number, 1_000));
        assertEquals("TRF-004", e.code());
        world.faults.failing = -1;
    }

    static boolean met(TransferService meter, World world) throws Exception {
        try (PurseSession session = meter.meet(world.new Claim())) {
            return session.paired();
        }
    }

    static World paired() throws Exception {
        World world = new World();
        world.inserted = world.card(1);
        try (Transfers meter = world.meter()) {
            meter.pairings(List.of(order(world.inserted, 1)));
            assertTrue(met(meter, world));
        }
        return world;
    }

    static PairingOrder order(World.Card card, int seed) {
        byte[] secret = Arrays.copyOf(World.sha(new byte[] {(byte) seed}), 16);
        return new PairingOrder(card.id, new byte[8], SecretBytes.copyOf(secret), 20_000, secret);
    }

    static TransferInfo move(TransferService meter, int number, long mils) throws Exception {
        return meter.transfer(request(number, mils), "1234".toCharArray(), block -> {});
    }

    private static TransferRequest request(int number, long mils) {
        return new TransferRequest(id(number), "", Money.ofMils(mils, World.EUR));
    }

    static TransactionId id(int number) {
        return new TransactionId(HexFormat.of().toHexDigits(number, 16) + "0000000000000001");
    }

    static void refused(String code, Callable<?> act) {
        RefusedException e = assertThrows(RefusedException.class, act::call);
        assertEquals(e.getMessage(), code, e.code());
    }
}
