// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.porto.crypto.api.CryptoService;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.CardOrder;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.PurseLogEntry;
import org.porto.purse.api.PurseSession;
import org.porto.transfer.api.PairingOrder;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferInfo;

/**
 * Every command of the card with the power cut at every persistent write, and transfer, purchase and recharge with every pair of a card's
 * write and a durable step of its peer, the next meeting torn once more at each of its writes. In any case: the card is before or
 * after, the sums stand, and one undisturbed meeting leaves nothing in doubt (rules P7, T5 to T8).
 */
final class Tears {

    private static final int SECOND_RECHARGE = 12;
    /** Name of the pairs with the product's vault. */
    static final String VAULT = "vault";
    /** Every case, for recharges too. */
    static final int ALL = -1;

    /** What is counted. */
    static final class Count {
        long points;
        long pairs;
        long second;
        long inDoubt;
    }

    private interface Act {
        void run(World world) throws PortoException;
    }

    private interface Flow {
        /** One attempt at the whole; repeating it with the same id is allowed. */
        void attempt() throws PortoException;

        /** One meeting in which only what is in doubt is settled. */
        void meet() throws PortoException;

        /** The machines start anew. */
        void restart();

        /** When all is settled: that what was done is on record on both sides. @return how much it moved */
        long settled() throws PortoException;
    }

    private record Saved(byte[] card, Disk.Image disk, boolean[] posted) {}

    private final CryptoService crypto;
    private final Consumer<String> say;
    final Count count = new Count();

    Tears(CryptoService crypto, Consumer<String> say) {
        this.crypto = crypto;
        this.say = say;
    }

    private static Saved save(World world) {
        List<Datacentre.Authorisation> all = List.copyOf(world.centre.authorisations.values());
        boolean[] posted = new boolean[all.size()];
        for (int i = 0; i < posted.length; i++) {
            posted[i] = all.get(i).posted;
        }
        return new Saved(world.inserted.machine.image(), world.disk.image(), posted);
    }

    private static void restore(World world, Saved saved) {
        world.inserted.quiet();
        world.inserted.restore(saved.card());
        world.disk.cutAt(0, false);
        world.disk.restore(saved.disk());
        world.meters.forEach(Meter::off);
        world.points.forEach(Point::off);
        world.stations.forEach(Station::off);
        int i = 0;
        for (Datacentre.Authorisation a : world.centre.authorisations.values()) {
            a.posted = i < saved.posted().length && saved.posted()[i++];
        }
    }

    // Single commands

    /** What a purse tells of itself. */
    private static List<Object> facts(World world) throws PortoException {
        List<Object> facts = new ArrayList<>();
        Purse.Registers r = world.inserted.registers();
        facts.add(List.of(r.state(), r.balance(), r.spent(), r.loaded(), r.burned(), r.counter()));
        world.certified(world.points.get(0), session -> {
            for (PurseLogEntry line : session.log()) {
                // a point that asks again has the next number of its own
                facts.add(List.of(line.kind(), line.amountMils(), line.balanceMils(), line.peer(), line.cardTransaction()));
            }
            facts.add(session.status().orderSequence());
        });
        for (Meter meter : world.meters) {
            facts.add(meter.meet());
        }
        return facts;
    }

    /** @param again what makes it complete after a tear; run until it passes */
    private void command(String name, World world, Act act, Act again) throws PortoException {
        Saved start = save(world);
        List<Object> before = facts(world);
        restore(world, start);
        act.run(world);
        List<Object> after = facts(world);
        long tears = 0;
        for (boolean within : new boolean[] {false, true}) {
            for (int n = 1; ; n++) {
                restore(world, start);
                if (!torn(world, act, n, within)) {
                    break;
                }
                tears++;
                String where = name + ", write " + n + (within ? ", within" : "");
                List<Object> seen = facts(world);
                Judge.require(seen.equals(before) || seen.equals(after), where + ": neither before nor after: " + seen);
                world.judge.check(where);
                again.run(world);
                List<Object> at = facts(world);
                Judge.require(at.equals(after), where + ": not completed: " + at);
            }
        }
        Judge.require(tears > 1, name + ": writes nothing");
        count.points += tears;
        restore(world, start);
        act.run(world);
    }

    private static boolean torn(World world, Act act, int n, boolean within) throws PortoException {
        Purse card = world.inserted;
        if (within) {
            card.machine.tearWithin(n);
        } else {
            card.machine.tearAt(n);
        }
        long writes = card.machine.persistentWrites();
        try {
            act.run(world);
        } catch (PortoException e) {
            if (card.machine.persistentWrites() - writes < n) {
                throw e;
            }
        }
        boolean hit = card.machine.persistentWrites() - writes >= n;
        card.quiet();
        card.powerUp();
        return hit;
    }

    private static Act order(byte[] envelope) {
        return world -> world.certified(world.points.get(0), session -> session.apply(envelope));
    }

    private void order(String name, World world, byte[] envelope) throws PortoException {
        command(name, world, order(envelope), order(envelope));
    }

    /** Each command that writes, on a card in service. */
    void commands() throws PortoException {
        World world = new World(crypto);
        new Point(world);
        Purse card = world.card();
        order("recharge", world, world.centre.authorise(card, 10_000).envelope);
        Meter meter = new Meter(world, 1_000_000);
        PairingOrder pairing = world.centre.pairing(card, meter.serial);
        meter.service().pairings(List.of(pairing));
        order("pairing", world, pairing.cardEnvelope());
        int debits = 12;
        for (int i = 1; i <= debits; i++) {
            TransactionId id = world.freshId();
            long amount = 10L * i;
            Act pay = w -> w.points.get(0).purchase(id, amount);
            if (i == 1 || i == debits) {
                command("debit", world, pay, w -> {
                    w.points.get(0).service().resolve("");
                    pay.run(w);
                });
            } else {
                pay.run(world);
            }
        }
        long last = world.points.get(0).service().purchases(1).get(0).number();
        Act undo = w -> w.certified(w.points.get(0), session -> session.undoDebit(last, w.freshId()));
        Saved beforeUndo = save(world);
        undone(world, undo);
        restore(world, beforeUndo);
        pins(world);
        order("burn", world, world.centre.issue(card, 500, 10_000, true).envelope);
        order("unblock", world, world.centre.envelope(card, CardOrder.UNBLOCK_PIN, new byte[0]));
        order("invalidate", world, world.centre.envelope(card, CardOrder.INVALIDATE, new byte[0]));
        order("rehabilitate", world, world.centre.envelope(card, CardOrder.REHABILITATE, new byte[0]));
        order("terminate", world, world.centre.envelope(card, CardOrder.TERMINATE, new byte[0]));
        personalisation();
        say.accept("tears of single commands: " + count.points);
    }

    /** An undone debit is not in the point's book, so only the card is looked at. */
    private void undone(World world, Act undo) throws PortoException {
        Saved start = save(world);
        Purse.Registers before = world.inserted.registers();
        undo.run(world);
        Purse.Registers after = world.inserted.registers();
        for (boolean within : new boolean[] {false, true}) {
            for (int n = 1; ; n++) {
                restore(world, start);
                if (!torn(world, undo, n, within)) {
                    break;
                }
                count.points++;
                Purse.Registers seen = world.inserted.registers();
                Judge.require(seen.equals(before) || seen.equals(after), "undo, write " + n + ": " + seen);
                undo.run(world);
                Judge.require(world.inserted.registers().equals(after), "undo repeated: " + world.inserted.registers());
            }
        }
    }

    /** A cut saves no PIN try, whichever write it hits; a changed PIN is the old or the new one. */
    private void pins(World world) throws PortoException {
        Saved start = save(world);
        char[] wrong = "0000".toCharArray();
        char[] fresh = "87654321".toCharArray();
        for (boolean within : new boolean[] {false, true}) {
            for (int n = 1; ; n++) {
                restore(world, start);
                long[] left = new long[1];
                Act guess = w -> w.certified(w.points.get(0), session -> {
                    left[0] = 1;
                    session.verifyPin(wrong);
                });
                boolean hit = tornGuess(world, guess, n, within);
                int tries = world.inserted.registers().pinLeft();
                // Writes of the session come first; the try is the guess's first write.
                Judge.require(tries == 3 || tries == 2, "PIN tries " + tries);
                if (!hit) {
                    Judge.require(tries == 2, "a wrong PIN used no try");
                    break;
                }
                count.points++;
            }
            guessesThatAreCut(world, start, within);
            for (int n = 1; ; n++) {
                restore(world, start);
                Act change = w -> w.certified(w.points.get(0), session -> session.changePin(World.PIN, fresh));
                if (!torn(world, change, n, within)) {
                    break;
                }
                count.points++;
                boolean[] right = new boolean[2];
                world.certified(world.points.get(0), session -> right[0] = verifies(session, fresh));
                world.certified(world.points.get(0), session -> right[1] = verifies(session, World.PIN));
                Judge.require(right[0] != right[1], "PIN change, write " + n + ": " + right[0] + " " + right[1]);
            }
        }
        restore(world, start);
    }

    private static boolean tornGuess(World world, Act guess, int n, boolean within) throws PortoException {
        try {
            return torn(world, guess, n, within);
        } catch (RefusedException e) {
            if (!e.code().equals(PurseCode.PIN_WRONG.code())) {
                throw e;
            }
            world.inserted.quiet();
            world.inserted.powerUp();
            return false;
        }
    }

    /** However the power is cut after the compare could be seen, the tries run out. */
    private void guessesThatAreCut(World world, Saved start, boolean within) throws PortoException {
        restore(world, start);
        int[] seen = new int[1];
        for (int i = 0; i < 3; i++) {
            world.certified(world.points.get(0), session -> {
                // 1: the try itself; a cut at 2 is in the compare or after it
                if (within) {
                    world.inserted.machine.tearWithin(2);
                } else {
                    world.inserted.machine.tearAt(2);
                }
                try {
                    session.verifyPin("0000".toCharArray());
                } catch (RefusedException e) {
                    seen[0]++;
                }
            });
            world.inserted.quiet();
        }
        Judge.require(seen[0] == 3 && world.inserted.registers().pinLeft() == 0, "guesses that were cut left tries");
        count.points += 3;
    }

    private static boolean verifies(PurseSession session, char[] pin) throws PortoException {
        try {
            session.verifyPin(pin);
            return true;
        } catch (RefusedException e) {
            if (!e.code().equals(PurseCode.PIN_WRONG.code())) {
                throw e;
            }
            return false;
        }
    }

    private void personalisation() throws PortoException {
        World world = new World(crypto);
        new Point(world);
        Purse card = world.blank();
        world.inserted = card;
        byte[] blank = card.machine.image();
        for (boolean within : new boolean[] {false, true}) {
            for (int n = 1; ; n++) {
                card.restore(blank);
                if (!torn(world, w -> w.personalise(card), n, within)) {
                    break;
                }
                count.points++;
                if (card.machine.image()[0] == 0 || !operational(world)) {
                    world.personalise(card);
                }
                Judge.require(operational(world), "personalisation, write " + n);
            }
        }
    }

    private static boolean operational(World world) throws PortoException {
        try {
            world.certified(world.points.get(0), PurseSession::status);
            return true;
        } catch (RefusedException e) {
            if (!e.code().equals(PurseCode.STATE_FORBIDS.code())) {
                throw e;
            }
            return false;
        }
    }

    // Pairs

    /**
     * @param second after every how many cases the next meeting is torn at each of its writes, too; 0 never. A recharge's meeting has so
     *     many writes and signatures that twelve times as many cases are left out
     * @param only part of a name, empty for all
     */
    void pairs(int second, String only) throws PortoException {
        if ("transfer".contains(only)) {
            World world = new World(crypto);
            new Point(world);
            pairs("transfer", world, transfer(world), second);
        }
        if (VAULT.equals(only)) {
            World world = new World(crypto);
            world.disk.real(steps -> realVaults(world, steps));
            new Point(world);
            pairs("transfer, the vault's own steps", world, transfer(world), second);
        }
        if ("first meeting".contains(only)) {
            World world = new World(crypto);
            new Point(world);
            pairs("first meeting", world, firstMeeting(world), second);
        }
        if ("purchase".contains(only)) {
            World world = new World(crypto);
            pairs("purchase", world, purchase(world), second);
        }
        if ("recharge".contains(only)) {
            World world = new World(crypto);
            new Point(world);
            pairs("recharge", world, recharge(world), second == 1 ? SECOND_RECHARGE : second);
        }
    }

    private Flow transfer(World world) throws PortoException {
        Purse card = world.card();
        Meter meter = new Meter(world, 100_000);
        meter.service().pairings(List.of(world.centre.pairing(card, meter.serial)));
        Judge.require(meter.meet(), "paired");
        meter.transfer(world.freshId(), 1_000, World.PIN);
        TransactionId id = world.freshId();
        return new Flow() {
            @Override
            public void attempt() throws PortoException {
                meter.transfer(id, 2_000, World.PIN);
            }

            @Override
            public void meet() throws PortoException {
                Judge.require(meter.meet(), "the pairing is lost");
            }

            @Override
            public void restart() {
                meter.off();
            }

            @Override
            public long settled() throws PortoException {
                long done = 0;
                for (TransferInfo info : meter.service().list(100)) {
                    done += info.block() == TransferBlock.DONE ? info.amountMils() : 0;
                }
                Purse.Registers r = card.registers();
                Judge.require(done == r.loaded() && done == meter.vault().transferred, "journal says " + done + ", card " + r);
                return done - 1_000;
            }
        };
    }

    /** Compiled aside, in front of this class's own loader: it is not there by itself. */
    private static Vaults realVaults(World world, Vaults.Steps steps) {
        try {
            return (Vaults) Class.forName("org.porto.register.vault.internal.ProofVaults")
                    .getConstructor(java.time.InstantSource.class, java.util.Currency.class, Vaults.Steps.class)
                    .newInstance(world, World.CHF, steps);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The card obeys its pairing order and is recognised by the new secret. */
    private Flow firstMeeting(World world) throws PortoException {
        Purse card = world.card();
        Meter meter = new Meter(world, 100_000);
        meter.service().pairings(List.of(world.centre.pairing(card, meter.serial)));
        return new Flow() {
            @Override
            public void attempt() throws PortoException {
                meter.meet();
            }

            @Override
            public void meet() throws PortoException {
                Judge.require(meter.meet(), "not paired");
            }

            @Override
            public void restart() {
                meter.off();
            }

            @Override
            public long settled() throws PortoException {
                meter.transfer(world.freshId(), 1_000, World.PIN);
                Judge.require(card.registers().loaded() == 1_000 && meter.vault().transferred == 1_000, "paired, but no transfer");
                return 1_000;
            }
        };
    }

    private Flow purchase(World world) throws PortoException {
        Purse card = world.card();
        Point point = new Point(world);
        order(world.centre.authorise(card, 10_000).envelope).run(world);
        point.purchase(world.freshId(), 300);
        TransactionId id = world.freshId();
        return new Flow() {
            @Override
            public void attempt() throws PortoException {
                point.purchase(id, 700);
            }

            @Override
            public void meet() throws PortoException {
                point.service().resolve("");
            }

            @Override
            public void restart() {
                point.off();
            }

            @Override
            public long settled() throws PortoException {
                Purse.Registers r = card.registers();
                Judge.require(point.paid() == r.spent() && r.balance() == 10_000 - r.spent(), "paid " + point.paid() + ", card " + r);
                return point.paid() - 300;
            }
        };
    }

    private Flow recharge(World world) throws PortoException {
        Purse card = world.card();
        Station station = new Station(world);
        Datacentre.Authorisation first = world.centre.authorise(card, 400);
        Datacentre.Authorisation second = world.centre.authorise(card, 600);
        station.fetch();
        return new Flow() {
            @Override
            public void attempt() throws PortoException {
                station.serve();
            }

            @Override
            public void meet() throws PortoException {
                station.serve();
            }

            @Override
            public void restart() {
                station.off();
            }

            @Override
            public long settled() throws PortoException {
                station.upload();
                Purse.Registers r = card.registers();
                Judge.require(first.posted && second.posted && r.balance() == 1_000 && station.service().size() == 0,
                        "posted " + first.posted + second.posted + ", waiting " + station.service().size() + ", card " + r);
                return 1_000;
            }
        };
    }

    private void pairs(String name, World world, Flow flow, int second) throws PortoException {
        Saved start = save(world);
        long writes = world.inserted.machine.persistentWrites();
        long steps = world.disk.steps();
        flow.attempt();
        writes = world.inserted.machine.persistentWrites() - writes;
        steps = world.disk.steps() - steps;
        long whole = flow.settled();
        world.judge.checkSettled(name);
        long cases = 0;
        long before = count.pairs;
        long beforeSecond = count.second;
        for (long step = 0; step <= steps; step++) {
            for (int kind = 0; kind < (step == 0 ? 1 : 2); kind++) {
                for (long write = 0; write <= writes; write++) {
                    for (int tear = 0; tear < (write == 0 ? 1 : 2); tear++) {
                        boolean again = second == ALL || second > 0 && cases++ % second == 0;
                        new Pair(name, world, flow, start, whole).run(write, tear == 1, step, kind == 1, again);
                    }
                }
            }
        }
        restore(world, start);
        say.accept(name + ": " + writes + " writes of the card, " + steps + " durable steps of its peer, " + (count.pairs - before)
                + " pairs, next meeting torn " + (count.second - beforeSecond) + " times");
    }

    /** One case: write and step, each 0 for none. */
    private final class Pair {
        private final String flowName;
        private final World world;
        private final Flow flow;
        private final Saved start;
        private final long whole;

        Pair(String flowName, World world, Flow flow, Saved start, long whole) {
            this.flowName = flowName;
            this.world = world;
            this.flow = flow;
            this.start = start;
            this.whole = whole;
        }

        void run(long write, boolean within, long step, boolean after, boolean second) throws PortoException {
            String name = flowName + ", card's write " + write + (within ? " within" : "") + ", step " + step + (after ? " after" : " before");
            first(write, within, step, after, name);
            Saved torn = save(world);
            finish(name);
            if (write > 0 && step > 0) {
                count.pairs++;
            } else {
                count.points++;
            }
            for (long n = 1; second; n++) {
                restore(world, torn);
                long made = world.inserted.machine.persistentWrites();
                world.inserted.machine.tearAt(n);
                attempt(flow, flow::meet);
                if (world.inserted.machine.persistentWrites() - made < n) {
                    break;
                }
                world.inserted.quiet();
                count.second++;
                finish(name + ", next meeting's write " + n);
            }
        }

        private void first(long write, boolean within, long step, boolean after, String name) throws PortoException {
            restore(world, start);
            if (within) {
                world.inserted.machine.tearWithin(write);
            } else if (write > 0) {
                world.inserted.machine.tearAt(write);
            }
            world.disk.cutAt(step, after);
            // The tear waits for the next attempt where the peer fell first.
            for (int i = 0; i < 3; i++) {
                boolean fell = attempt(flow, flow::attempt);
                world.judge.check(name);
                if (!fell) {
                    break;
                }
            }
            world.inserted.quiet();
            world.disk.cutAt(0, false);
            flow.restart();
        }

        private void finish(String name) throws PortoException {
            if (!world.meters.isEmpty() && world.meters.get(0).vault().items.size() == 1) {
                count.inDoubt++;
            }
            flow.meet();
            world.judge.checkSettled(name);
            long moved = flow.settled();
            Judge.require(moved == 0 || moved == whole, name + ": moved " + moved);
        }
    }

    private interface Try {
        void run() throws PortoException;
    }

    /** @return whether the peer fell */
    private static boolean attempt(Flow flow, Try act) {
        try {
            act.run();
            return false;
        } catch (Disk.PowerLoss e) {
            flow.restart();
            return true;
        } catch (PortoException e) {
            return false; // refused or in doubt: what it left behind is looked at by the caller
        }
    }
}
