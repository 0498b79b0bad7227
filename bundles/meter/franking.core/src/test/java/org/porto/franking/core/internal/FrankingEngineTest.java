// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.Test;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.FrankedPiece;
import org.porto.franking.api.PaymentSource;
import org.porto.franking.api.Spoil;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.register.api.RegisterRecord;

public class FrankingEngineTest {

    private final World world = new World();

    @Test
    public void repeatedIdBringsTheSameAnswerAndPrintsNothing() throws PortoException {
        FrankRequest request = World.request(1, 593, PaymentSource.REGISTERS);
        FrankedPiece first = world.engine().frank(request);
        FrankedPiece again = world.engine().frank(request);
        assertEquals(first.data(), again.data());
        assertArrayEquals(first.indicium(), again.indicium());
        assertEquals(first.outputs(), again.outputs());
        assertEquals(1, world.sheets.size());
        assertEquals(593, world.ascending());
    }

    @Test
    public void sameIdWithOtherContentsOrOtherSourceIsRefused() throws PortoException {
        FrankingEngine engine = world.engine();
        engine.frank(World.request(1, 593, PaymentSource.REGISTERS));
        assertEquals("FRK-004", refused(engine, World.request(1, 594, PaymentSource.REGISTERS)));
        assertEquals("FRK-004", refused(engine, World.request(1, 593, PaymentSource.CARD)));
        assertEquals(593, world.ascending());
        assertEquals(50_000, world.cardBalance);
    }

    @Test
    public void jamAndHangAreSpoilsAndNeverPrintedAgain() throws PortoException {
        FrankingEngine engine = world.engine();
        world.printerJams = true;
        assertEquals("FRK-002", refused(engine, World.request(1, 100, PaymentSource.REGISTERS)));
        world.printerJams = false;
        world.printerHangs = true;
        assertEquals("FRK-002", refused(engine, World.request(2, 100, PaymentSource.REGISTERS)));
        world.printerHangs = false;
        assertEquals("FRK-002", refused(engine, World.request(1, 100, PaymentSource.REGISTERS)));
        assertEquals(2, engine.spoils().size());
        assertEquals(1, world.sheets.size());
    }

    @Test
    public void journalThatFailsAfterTheDebitEndsAsSpoil() throws PortoException {
        FrankingEngine engine = world.engine();
        world.journalFails = true;
        FrankRequest request = World.request(1, 100, PaymentSource.REGISTERS);
        assertEquals("FRK-007", assertThrows(UncertainException.class, () -> engine.frank(request)).code());
        world.journalFails = false;
        assertEquals("FRK-002", refused(engine, request));
        assertEquals(1, engine.spoils().size());
        assertTrue(world.sheets.isEmpty());
    }

    @Test
    public void lostJournalIsNotTakenForSpoils() throws PortoException {
        FrankingEngine engine = world.engine();
        engine.frank(World.request(1, 100, PaymentSource.REGISTERS));
        engine.frank(World.request(2, 100, PaymentSource.REGISTERS));
        world.files.clear();
        assertEquals("FRK-009", assertThrows(RefusedException.class, world::engine).code());
    }

    @Test
    public void cardThatWasLostAfterPayingIsResolvedUnderTheSameId() throws PortoException {
        FrankingEngine engine = world.engine();
        FrankRequest request = World.request(1, 700, PaymentSource.CARD);
        world.cardLost = true;
        assertEquals("FRK-003", assertThrows(UncertainException.class, () -> engine.frank(request)).code());
        world.cardLost = false;
        assertEquals(0, world.takings());
        engine.frank(request);
        assertEquals(700, world.takings());
        assertEquals(49_300, world.cardBalance);
        assertEquals(1, world.sheets.size());
        assertEquals(List.of(), engine.spoils());
    }

    @Test
    public void cardThatWasLostAfterPayingAndPaysAnotherPieceLeavesASpoil() throws PortoException {
        FrankingEngine engine = world.engine();
        world.cardLost = true;
        FrankRequest lost = World.request(1, 700, PaymentSource.CARD);
        assertThrows(UncertainException.class, () -> engine.frank(lost));
        world.cardLost = false;
        world.cardInReader = "00000000000000C2";
        engine.frank(World.request(2, 100, PaymentSource.CARD));
        assertEquals("another card resolves nothing", 0, engine.spoils().size());
        assertEquals("FRK-003", assertThrows(UncertainException.class, () -> engine.frank(lost)).code());
        world.cardInReader = World.CARD;
        engine.frank(World.request(3, 100, PaymentSource.CARD));
        assertEquals(List.of(700L), engine.spoils().stream().map(Spoil::valueMils).toList());
        assertEquals(900, world.takings());
        assertEquals("FRK-002", refused(engine, lost));
        assertEquals(2, world.sheets.size());
    }

    @Test
    public void cardThatNeverPaidClosesThePayment() throws PortoException {
        FrankingEngine engine = world.engine();
        world.cardLostBeforeDebit = true;
        FrankRequest request = World.request(1, 700, PaymentSource.CARD);
        assertEquals("FRK-003", assertThrows(UncertainException.class, () -> engine.frank(request)).code());
        world.cardLostBeforeDebit = false;
        engine.frank(request);
        assertEquals(49_300, world.cardBalance);
        assertEquals(700, world.takings());
    }

    @Test
    public void whatTheCardsLogCannotProveStaysOpenAndHoldsNothingUp() throws PortoException {
        FrankingEngine engine = world.engine();
        world.cardLostBeforeDebit = true;
        FrankRequest request = World.request(1, 700, PaymentSource.CARD);
        assertEquals("FRK-003", assertThrows(UncertainException.class, () -> engine.frank(request)).code());
        world.cardLostBeforeDebit = false;
        world.cardTransaction += 11;
        assertEquals("FRK-003", assertThrows(UncertainException.class, () -> engine.frank(request)).code());
        engine.frank(World.request(2, 300, PaymentSource.CARD));
        assertEquals(49_700, world.cardBalance);
        assertEquals(300, world.takings());
    }

    @Test
    public void registersThatRefuseAfterTheCardPaidTakeItInLater() throws PortoException {
        FrankingEngine engine = world.engine();
        world.vaultLocked = true;
        FrankRequest request = World.request(1, 700, PaymentSource.CARD);
        assertEquals("FRK-007", assertThrows(UncertainException.class, () -> engine.frank(request)).code());
        assertEquals("FRK-007", assertThrows(UncertainException.class, () -> world.engine().frank(request)).code());
        world.vaultLocked = false;
        assertEquals(1, world.engine().spoils().size());
        assertEquals(700, world.takings());
    }

    @Test
    public void receiptsStayUntilTheHostHasThem() throws Exception {
        FrankingEngine engine = world.engine();
        engine.frank(World.request(1, 700, PaymentSource.CARD));
        engine.frank(World.request(2, 300, PaymentSource.CARD));
        List<byte[]> receipts = engine.unacknowledgedReceipts();
        assertEquals(2, receipts.size());
        String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(receipts.get(0)));
        engine.acknowledgeReceipts(List.of(digest, "00".repeat(32), digest));
        List<byte[]> left = world.engine().unacknowledgedReceipts();
        assertEquals(1, left.size());
        assertArrayEquals(receipts.get(1), left.get(0));
    }

    @Test
    public void shortFundsDebitNothing() throws PortoException {
        FrankingEngine engine = world.engine();
        world.refilled = 50;
        assertEquals("REG-004", refused(engine, World.request(1, 100, PaymentSource.REGISTERS)));
        world.cardBalance = 50;
        assertEquals("PUR-009", refused(engine, World.request(2, 100, PaymentSource.CARD)));
        assertEquals(0, world.ascending());
        assertEquals(List.of(), engine.spoils());
    }

    /** Rule F1 at every call index, before and after its effect. */
    @Test
    public void everyCrashLeavesEveryDebitPrintedOnceOrSpoiled() throws PortoException {
        for (PaymentSource source : PaymentSource.values()) {
            World rehearsal = new World();
            play(rehearsal, source);
            int steps = rehearsal.steps;
            assertTrue("too few steps: " + steps, steps > 10);
            for (int at = 1; at <= steps; at++) {
                World crashed = new World();
                crashed.blowAt = at;
                try {
                    play(crashed, source);
                    throw new AssertionError("no crash at " + at);
                } catch (World.Crash expected) {
                    crashed.blowAt = Integer.MAX_VALUE;
                }
                FrankingEngine engine = crashed.engine();
                check(crashed, engine, source + " at " + at);
                for (int piece = 1; piece <= 2; piece++) {
                    FrankRequest request = World.request(piece, 100 * piece, source);
                    try {
                        engine.frank(request);
                    } catch (RefusedException e) {
                        assertEquals("FRK-002", e.code());
                    }
                }
                check(crashed, engine, source + " at " + at + ", repeated");
                long debits = crashed.records.size();
                assertEquals("two ids, two debits", 2, debits);
                if (source == PaymentSource.CARD) {
                    assertEquals("card and registers agree", 50_000 - crashed.cardBalance, crashed.takings());
                }
            }
        }
    }

    private static void play(World world, PaymentSource source) throws PortoException {
        FrankingEngine engine = world.engine();
        engine.frank(World.request(1, 100, source));
        engine.frank(World.request(2, 200, source));
    }

    private static void check(World world, FrankingEngine engine, String when) throws RefusedException {
        assertEquals(when + ": a sheet twice", new HashSet<>(world.sheets).size(), world.sheets.size());
        assertEquals(when + ": a job twice", new HashSet<>(world.jobs).size(), world.jobs.size());
        Set<String> debited =
                world.records.stream().map(r -> r.transaction().value()).collect(Collectors.toSet());
        assertTrue(when + ": a print without debit", debited.containsAll(world.sheets));
        Set<String> spoiled =
                engine.spoils().stream().map(s -> s.transaction().value()).collect(Collectors.toSet());
        for (RegisterRecord debit : world.records) {
            String id = debit.transaction().value();
            assertTrue(when + ": a debit without outcome", world.sheets.contains(id) || spoiled.contains(id));
        }
        assertFalse(when + ": a spoil without debit", spoiled.stream().anyMatch(s -> !debited.contains(s)));
    }

    private static String refused(FrankingEngine engine, FrankRequest request) {
        return assertThrows(RefusedException.class, () -> engine.frank(request)).code();
    }
}
