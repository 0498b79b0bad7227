// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.porto.transfer.core.internal.TransfersTest.doubt;
import static org.porto.transfer.core.internal.TransfersTest.id;
import static org.porto.transfer.core.internal.TransfersTest.legal;
import static org.porto.transfer.core.internal.TransfersTest.met;
import static org.porto.transfer.core.internal.TransfersTest.move;
import static org.porto.transfer.core.internal.TransfersTest.paired;
import static org.porto.transfer.core.internal.TransfersTest.refused;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.Test;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.protocol.tms.SettlementOrder;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferRequest;
import org.porto.transfer.api.TransferService;

/** Rule T7, the card that does not come back: the data centre's order, and what becomes of it when the card comes all the same. */
public class SettleTest {

    private static final long FEE = 7;

    /** In doubt: the card has the value or has it not. */
    private static World doubtful(boolean onCard) throws Exception {
        World world = paired();
        doubt(world, world.meter(), 1, onCard ? Faults.Kind.FAIL_AFTER : Faults.Kind.FAIL_BEFORE);
        assertEquals(1_000 + FEE, world.vault.t);
        return world;
    }

    private static byte[] order(World world, boolean done) {
        return order("METER001", world, done, 1_000, 1);
    }

    private static byte[] order(String meter, World world, boolean done, long mils, int transfer) {
        SettlementOrder order = new SettlementOrder(
                done ? SettlementOrder.DONE : SettlementOrder.UNDONE, meter, id(transfer).bytes(), world.inserted.id.bytes(), mils, FEE,
                978, World.NOW, new byte[32]);
        return signed(order.encoded());
    }

    private static byte[] signed(byte[] body) {
        byte[] all = Arrays.copyOf(body, body.length + SettlementOrder.SIGNATURE_BYTES);
        System.arraycopy(World.seal(World.HOST, World.sha(body)), 0, all, body.length, SettlementOrder.SIGNATURE_BYTES);
        return all;
    }

    private static TransferBlock block(TransferService meter) throws RefusedException {
        return meter.find(id(1)).orElseThrow().block();
    }

    @Test
    public void whatIsInDoubtNamesTheCardsNumberAndWhereItStopped() throws Exception {
        World world = doubtful(true);
        TransferInfo info = world.meter().inDoubt().get(0);
        assertEquals(1, info.cardTransaction());
        assertEquals(TransferBlock.REGISTERS_120, info.reached());
        assertEquals(TransferBlock.IN_DOUBT, info.block());
        assertFalse(info.settled());
    }

    @Test
    public void asDoneAndTheCardComesBackWithIt() throws Exception {
        World world = doubtful(true);
        Transfers meter = world.meter();
        assertEquals(TransferBlock.SETTLED_DONE, meter.settle(order(world, true)).block());
        assertEquals(0, world.vault.t);
        assertEquals(1_000, world.vault.x);
        assertEquals(FEE, world.vault.f);
        assertEquals(0, meter.inDoubt().size());
        assertEquals(TransferBlock.SETTLED_DONE, block(world.meter()));
        assertTrue(met(meter, world));
        assertEquals(TransferBlock.DONE, block(meter));
        assertTrue(meter.settled().get(0).settled());
        assertEquals(100_000, world.total());
        assertEquals(TransferBlock.DONE, move(meter, 2, 10).block());
        assertEquals(1_010, world.inserted.balance);
        assertEquals(100_000, world.total());
        legal("done", world);
    }

    @Test
    public void asDoneAndTheCardComesBackWithoutIt() throws Exception {
        World world = doubtful(false);
        Transfers meter = world.meter();
        meter.settle(order(world, true));
        assertTrue(met(meter, world));
        assertEquals(TransferBlock.NOT_ON_CARD, block(meter));
        assertEquals(TransferBlock.NOT_ON_CARD, meter.settled().get(0).block());
        assertEquals("the registers stay as the order had them", 1_000, world.vault.x);
        assertEquals("the amount is owed, not made", 100_000 - 1_000, world.total());
        assertEquals(TransferBlock.NOT_ON_CARD, meter.settle(order(world, true)).block());
        refused("TRF-010", () -> meter.settle(order(world, false)));
        assertEquals(TransferBlock.DONE, move(world.meter(), 2, 10).block());
        assertEquals(10, world.inserted.balance);
        legal("not on card", world);
    }

    @Test
    public void asUndoneAndTheCardComesBackWithoutIt() throws Exception {
        World world = doubtful(false);
        Transfers meter = world.meter();
        assertEquals(TransferBlock.SETTLED_UNDONE, meter.settle(order(world, false)).block());
        assertEquals(100_000, world.vault.d);
        assertTrue(met(meter, world));
        assertEquals(TransferBlock.UNDONE, block(meter));
        assertEquals(100_000, world.total());
        assertEquals(TransferBlock.DONE, move(meter, 2, 10).block());
        legal("undone", world);
    }

    /** Only a forged proof leads here: it is on record, and the card can be used on. */
    @Test
    public void asUndoneAndTheCardComesBackWithIt() throws Exception {
        World world = doubtful(true);
        Transfers meter = world.meter();
        meter.settle(order(world, false));
        assertTrue(met(meter, world));
        assertEquals(TransferBlock.CONTRADICTED, block(world.meter()));
        assertTrue(met(meter, world));
        assertEquals(TransferBlock.DONE, move(meter, 2, 10).block());
        legal("contradicted", world);
    }

    @Test
    public void repeatedOrdersMoveNothingMore() throws Exception {
        World world = doubtful(true);
        Transfers meter = world.meter();
        byte[] order = order(world, true);
        long after = 0;
        for (int i = 0; i < 5; i++) {
            assertEquals(TransferBlock.SETTLED_DONE, (i % 2 == 0 ? meter : world.meter()).settle(order).block());
            after = i == 0 ? world.vault.sequence : after;
        }
        assertEquals(after, world.vault.sequence);
        assertTrue(met(meter, world));
        assertEquals(TransferBlock.DONE, meter.settle(order).block());
        refused("TRF-010", () -> meter.settle(order(world, false)));
        assertEquals(after, world.vault.sequence);
    }

    @Test
    public void anOrderThatComesAfterTheCardIsLate() throws Exception {
        World world = doubtful(false);
        Transfers meter = world.meter();
        assertTrue(met(meter, world));
        refused("TRF-010", () -> meter.settle(order(world, true)));
        assertEquals("agrees", TransferBlock.UNDONE, meter.settle(order(world, false)).block());
        assertEquals(100_000, world.vault.d);
    }

    @Test
    public void forgedAndMisdirectedOrdersMoveNothing() throws Exception {
        World world = doubtful(true);
        Transfers meter = world.meter();
        byte[] good = order(world, true);
        for (int at = 0; at < good.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << bit);
                refused("TRF-009", () -> meter.settle(bad));
            }
        }
        refused("TRF-009", () -> meter.settle(new byte[0]));
        refused("TRF-009", () -> meter.settle(Arrays.copyOf(good, good.length + 1)));
        refused("TRF-009", () -> meter.settle(order("METER002", world, true, 1_000, 1)));
        refused("TRF-009", () -> meter.settle(order("METER001", world, true, 1_001, 1)));
        refused("TRF-005", () -> meter.settle(order("METER001", world, true, 1_000, 2)));
        World.Card card = world.inserted;
        world.inserted = world.card(2);
        byte[] otherCard = order(world, true);
        refused("TRF-009", () -> meter.settle(otherCard));
        world.inserted = card;
        assertEquals(1_000 + FEE, world.vault.t);
        assertEquals(TransferBlock.IN_DOUBT, block(meter));
    }

    @Test
    public void whatRunsIsNotSettled() throws Exception {
        World world = paired();
        Transfers meter = world.meter();
        List<String> codes = new ArrayList<>();
        meter.transfer(new TransferRequest(id(1), "", Money.ofMils(1_000, World.EUR)), "1234".toCharArray(), reached -> {
            if (reached == TransferBlock.REGISTERS_120) {
                codes.add(assertThrows(RefusedException.class, () -> meter.settle(order(world, true))).code());
            }
        });
        assertEquals(List.of("TRF-003"), codes);
        assertEquals(TransferBlock.DONE, block(meter));
    }

    @Test
    public void whatOnlyTheVaultKnowsIsSettledToo() throws Exception {
        World world = doubtful(true);
        world.journal.clear();
        Transfers meter = world.meter();
        assertEquals(0, meter.inDoubt().get(0).cardTransaction());
        assertEquals(TransferBlock.DONE, meter.settle(order(world, true)).block());
        assertEquals(0, world.vault.t);
        assertEquals(0, world.meter().inDoubt().size());
        assertEquals(TransferBlock.DONE, world.meter().settle(order(world, true)).block());
        assertEquals(1_000, world.vault.x);
    }

    /** Each durable step of obeying, and of the meeting afterwards, fails in each way; then both are done again. */
    @Test
    public void everyStepOfSettlingFailedInEveryWay() throws Exception {
        int scenarios = 0;
        for (boolean onCard : new boolean[] {false, true}) {
            for (boolean done : new boolean[] {false, true}) {
                for (Faults.Kind kind : Faults.Kind.values()) {
                    for (int step = 0; step < 6; step++) {
                        failedAt(onCard, done, kind, step);
                        scenarios++;
                    }
                }
            }
        }
        assertEquals(96, scenarios);
    }

    private static void failedAt(boolean onCard, boolean done, Faults.Kind kind, int step) throws Exception {
        String name = (done ? "done" : "undone") + (onCard ? ", on card, " : ", not on card, ") + kind + " at step " + step;
        World world = doubtful(onCard);
        world.faults.kind = kind;
        world.faults.failing = world.faults.steps + step;
        attempt(() -> world.meter().settle(order(world, done)));
        attempt(() -> met(world.meter(), world));
        world.faults.failing = -1;
        Transfers meter = world.meter();
        boolean byCard = block(meter) == (onCard ? TransferBlock.DONE : TransferBlock.UNDONE) && meter.settled().isEmpty();
        if (byCard) {
            // the order was never on record, the card was there first
            assertEquals(name, onCard ? 1_000 : 0, world.vault.x);
        } else {
            meter.settle(order(world, done));
            assertTrue(name, met(meter, world));
            TransferBlock expected = done
                    ? onCard ? TransferBlock.DONE : TransferBlock.NOT_ON_CARD
                    : onCard ? TransferBlock.CONTRADICTED : TransferBlock.UNDONE;
            assertEquals(name, expected, block(meter));
            assertEquals(name + ": X", done ? 1_000 : 0, world.vault.x);
            assertEquals(name + ": D", done ? 100_000 - 1_000 - FEE : 100_000, world.vault.d);
        }
        assertEquals(name + ": T", 0, world.vault.t);
        assertEquals(name + ": goes on", TransferBlock.DONE, move(meter, 2, 10).block());
        legal(name, world);
    }

    private interface Act {
        void run() throws Exception;
    }

    private static void attempt(Act act) throws Exception {
        try {
            act.run();
        } catch (Faults.PowerCut | PortoException e) {
            // whatever it was: the next attempt goes on from what is durable
        }
    }

    /** A journal of a meter that knew no days and no orders. */
    @Test
    public void recordsOfBeforeAreRead() throws Exception {
        World world = doubtful(true);
        List<byte[]> old = new ArrayList<>();
        for (byte[] record : world.journal) {
            old.add(record[0] == TransferBook.ENTRY ? before(record) : record);
        }
        world.journal.clear();
        world.journal.addAll(old);
        Transfers meter = world.meter();
        assertEquals(0, meter.inDoubt().get(0).cardTransaction());
        assertTrue(met(meter, world));
        assertEquals(TransferBlock.DONE, block(meter));
        assertEquals(100_000, world.total());
    }

    private static byte[] before(byte[] record) throws Exception {
        int next = 1 + 16 + 8 + 8 + 8 + 8 + 4 + 1 + 8;
        int length = ((record[next] & 0xFF) << 8) | (record[next + 1] & 0xFF);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new DataOutputStream(bytes).write(record, 0, next + 2 + length);
        return bytes.toByteArray();
    }
}
