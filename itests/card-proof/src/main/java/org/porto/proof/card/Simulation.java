// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.porto.crypto.api.CryptoService;
import org.porto.merchant.api.Purchase;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardOrder;
import org.porto.transfer.api.PairingOrder;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferCode;

/**
 * Lives by chance: cards, meters, points and stations over days of virtual time, against a plain model that knows of each card what it
 * must hold and what is in doubt with it. Transfers, purchases, recharges, wrong PINs, limits, tears, machines that fall, lost
 * commands and answers, recorded commands slipped in, answers of other sessions given. Everything follows from the seed.
 */
final class Simulation {

    private static final long MONEY = 50_000_000;
    private static final int FAULT_PERCENT = 20;
    /** After every how many meetings somebody looks after what is in doubt, on average. */
    private static final int OFFICE_EVERY = 8;

    /** What the plain model knows of a card. */
    private static final class Plain {
        long balance;
        int pinLeft = 3;
        final List<Doubt> doubts = new ArrayList<>();
        /** Recharges the card may or may not have by now. */
        long recharging;
        long recharged;

        boolean doubts(TransactionId id) {
            return doubts.stream().anyMatch(doubt -> doubt.id().equals(id));
        }

        void done(TransactionId id) {
            for (int i = 0; i < doubts.size(); i++) {
                if (doubts.get(i).id().equals(id)) {
                    balance += doubts.remove(i).mils();
                }
            }
        }
    }

    /** @param place the meter or point that knows @param mils what the balance changes by if it was done */
    private record Doubt(TransactionId id, Object place, long mils) {}

    private final World world;
    private final SplittableRandom random;
    private final long seed;
    private final int faultPercent;
    private final Map<Purse, Plain> plain = new HashMap<>();
    private final Map<Meter, Map<Purse, PairingOrder>> pairings = new HashMap<>();
    final Map<String, Integer> happened = new HashMap<>();
    long meetings;
    private int step;

    Simulation(CryptoService crypto, long seed, int cards, int faultPercent) throws PortoException {
        this.seed = seed;
        this.faultPercent = faultPercent;
        this.random = new SplittableRandom(seed);
        this.world = new World(crypto);
        for (int i = 0; i < 2; i++) {
            new Point(world);
            new Station(world);
            new Meter(world, MONEY);
        }
        if (faultPercent > 0) {
            world.office = new Office(world);
        }
        for (int i = 0; i < cards; i++) {
            Purse card = world.card();
            card.recording = faultPercent > 0;
            plain.put(card, new Plain());
            world.centre.authorise(card, 50_000);
            plain.get(card).recharging = 50_000;
        }
        for (Meter meter : world.meters) {
            Map<Purse, PairingOrder> ordered = new LinkedHashMap<>();
            for (Purse card : world.cards) {
                ordered.put(card, world.centre.pairing(card, meter.serial));
            }
            pairings.put(meter, ordered);
            meter.service().pairings(ordered.values());
        }
        for (Station station : world.stations) {
            station.fetch();
        }
    }

    static Simulation of(CryptoService crypto, long seed) throws PortoException {
        return new Simulation(crypto, seed, 6, FAULT_PERCENT);
    }

    private void did(String what) {
        happened.merge(what, 1, Integer::sum);
    }

    /** @return itself, settled at the end */
    Simulation run(int steps) {
        try {
            for (step = 0; step < steps; step++) {
                world.now = world.now.plus(Duration.ofMinutes(random.nextInt(90)));
                once();
            }
            settle();
        } catch (PortoException | RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ", step " + step + ": " + e, e);
        }
        return this;
    }

    private void once() throws PortoException {
        Purse card = world.cards.get(random.nextInt(world.cards.size()));
        world.inserted = card;
        boolean disturbed = random.nextInt(100) < faultPercent;
        if (disturbed) {
            disturb(card);
        }
        meetings++;
        int what = random.nextInt(100);
        if (what < 45) {
            purchase(card);
        } else if (what < 80) {
            transfer(card);
        } else {
            recharge(card);
        }
        card.quiet();
        world.disk.cutAt(0, false);
        check(card);
        if (faultPercent > 0 && random.nextInt(OFFICE_EVERY) == 0) {
            office();
        }
        boolean blocked = plain.get(card).pinLeft == 0 && card.registers().pinLeft() == 0 || disturbed && card.recognitionLeft() == 0;
        if (blocked && random.nextInt(3) == 0) {
            unblock(card);
        }
    }

    private void disturb(Purse card) {
        switch (random.nextInt(7)) {
            case 0 -> card.machine.tearAt(1 + random.nextInt(24));
            case 1 -> card.machine.tearWithin(1 + random.nextInt(24));
            case 2 -> world.disk.cutAt(1 + random.nextInt(6), random.nextBoolean());
            case 3 -> card.loseCommand = 1 + random.nextInt(12);
            case 4 -> card.loseAnswer = 1 + random.nextInt(12);
            case 5 -> {
                if (!card.commands.isEmpty()) {
                    card.slip = 1 + random.nextInt(12);
                    card.slipped = card.commands.get(random.nextInt(card.commands.size()));
                }
            }
            default -> replay(card);
        }
    }

    /** All that was recorded, once more and in order, to the card alone: it may cost recognition tries, no value. */
    private void replay(Purse card) {
        Purse.Registers before = card.registers();
        card.powerUp();
        int from = card.commands.isEmpty() ? 0 : random.nextInt(card.commands.size());
        for (byte[] command : card.commands.subList(from, Math.min(card.commands.size(), from + 30))) {
            card.machine.process(command);
        }
        card.machine.powerOff();
        Purse.Registers after = card.registers();
        Judge.require(before.balance() == after.balance() && before.counter() == after.counter(), "a replay moved value");
        if (card.commands.size() > 300) {
            card.commands.subList(0, 150).clear();
        }
        did("replay");
    }

    private interface Meeting {
        void run() throws PortoException;
    }

    /** @return false when a machine lost its power; what was refused and what is uncertain is thrown */
    private boolean meeting(Meeting meeting, Runnable off) throws PortoException {
        try {
            meeting.run();
            return true;
        } catch (Disk.PowerLoss e) {
            off.run();
            did("machine fell");
            return false;
        }
    }

    private long amount(int most) {
        return random.nextInt(50) == 0 ? 1_000_000 : 1 + random.nextInt(most);
    }

    private void transfer(Purse card) throws PortoException {
        Meter meter = world.meters.get(random.nextInt(world.meters.size()));
        Plain model = plain.get(card);
        TransactionId id = world.freshId();
        long mils = amount(20_000);
        boolean wrong = random.nextInt(25) == 0;
        model.doubts.add(new Doubt(id, meter, mils));
        try {
            meeting(
                    () -> {
                        TransferBlock end = meter.transfer(id, mils, wrong ? "9999".toCharArray() : card.pin).block();
                        Judge.require(end == TransferBlock.DONE, "a transfer ended in " + end);
                        model.done(id);
                    },
                    meter::off);
            did("transfer");
        } catch (RefusedException e) {
            did(e.code());
            if (e.code().equals(TransferCode.NOT_PAIRED.code())) {
                // It obeyed a younger order before this meter's, which the card takes for an old one now: the data centre orders anew.
                pairings.get(meter).put(card, world.centre.pairing(card, meter.serial));
                meeting(() -> meter.service().pairings(pairings.get(meter).values()), meter::off);
            }
        } catch (UncertainException e) {
            did(e.code());
        }
        learn(meter, model, model.doubts(id));
        model.pinLeft = card.registers().pinLeft();
    }

    /** The newest lines are enough where nothing older is in doubt. */
    private static int depth(Plain model, Object place, boolean justMade) {
        int open = 0;
        for (Doubt doubt : model.doubts) {
            open += doubt.place() == place ? 1 : 0;
        }
        return open == 0 ? 0 : open == 1 && justMade ? 1 : 10_000;
    }

    /** What the meter's journal says was done or undone, and what it never began, is in doubt no more. */
    private void learn(Meter meter, Plain model, boolean justMade) throws PortoException {
        int depth = depth(model, meter, justMade);
        if (depth == 0) {
            return;
        }
        Map<TransactionId, TransferBlock> told = new HashMap<>();
        meter.service().list(depth).forEach(info -> told.put(info.transaction(), info.block()));
        model.doubts.removeIf(doubt -> {
            TransferBlock block = told.get(doubt.id());
            if (doubt.place() == meter && block == TransferBlock.DONE) {
                model.balance += doubt.mils();
            }
            // as done it was ordered, and the card has it or not
            return doubt.place() == meter && block != TransferBlock.IN_DOUBT && block != TransferBlock.SETTLED_DONE;
        });
    }

    private void learn(Point point, Plain model, boolean justMade) throws PortoException {
        int depth = depth(model, point, justMade);
        if (depth == 0) {
            return;
        }
        Map<TransactionId, String> told = new HashMap<>();
        for (Purchase purchase : point.service().purchases(depth)) {
            told.putIfAbsent(purchase.transaction(), purchase.state());
        }
        model.doubts.removeIf(doubt -> {
            String state = told.get(doubt.id());
            if (doubt.place() == point && "paid".equals(state)) {
                model.balance += doubt.mils();
            }
            return doubt.place() == point && !"open".equals(state);
        });
    }

    private void purchase(Purse card) throws PortoException {
        Point point = world.points.get(random.nextInt(world.points.size()));
        Plain model = plain.get(card);
        TransactionId id = world.freshId();
        long mils = amount(8_000);
        model.doubts.add(new Doubt(id, point, -mils));
        try {
            meeting(
                    () -> {
                        String state = point.purchase(id, mils).state();
                        Judge.require(state.equals("paid"), "a purchase is " + state);
                        model.done(id);
                    },
                    point::off);
            did("purchase");
        } catch (RefusedException e) {
            did(e.code());
        } catch (UncertainException e) {
            did(e.code());
        }
        learn(point, model, model.doubts(id));
    }

    private void recharge(Purse card) throws PortoException {
        Station station = world.stations.get(random.nextInt(world.stations.size()));
        Plain model = plain.get(card);
        if (random.nextInt(4) == 0 && model.recharging < 200_000) {
            long mils = 1 + random.nextInt(30_000);
            world.centre.authorise(card, mils);
            model.recharging += mils;
            try {
                meeting(station::fetch, station::off);
            } catch (RefusedException e) {
                did(e.code());
            }
        }
        try {
            meeting(station::serve, station::off);
            did("recharge");
        } catch (RefusedException e) {
            did(e.code());
        } catch (UncertainException e) {
            did(e.code());
        }
        if (random.nextInt(8) == 0) {
            meeting(station::upload, station::off);
        }
    }

    /** A meter and the data centre about what is in doubt; the meter may fall meanwhile. */
    private void office() throws PortoException {
        Meter meter = world.meters.get(random.nextInt(world.meters.size()));
        if (random.nextInt(4) == 0) {
            world.disk.cutAt(1 + random.nextInt(3), random.nextBoolean());
        }
        if (random.nextInt(20) == 0) {
            world.office.restart();
        }
        int[] ordered = world.office.decide(random);
        happened.merge("ordered done", ordered[0], Integer::sum);
        happened.merge("ordered undone", ordered[1], Integer::sum);
        try {
            meeting(
                    () -> {
                        happened.merge("order obeyed", world.office.session(meter), Integer::sum);
                        if (random.nextInt(3) == 0) {
                            world.office.stray(meter, random);
                        }
                    },
                    meter::off);
        } catch (UncertainException e) {
            did(e.code());
        }
        world.disk.cutAt(0, false);
    }

    private void unblock(Purse card) throws PortoException {
        world.inserted = card;
        byte[] envelope = world.centre.envelope(card, CardOrder.UNBLOCK_PIN, new byte[0]);
        world.certified(world.points.get(0), session -> session.apply(envelope));
        Judge.require(card.registers().pinLeft() == 3, "unblocked");
        plain.get(card).pinLeft = 3;
        meetings++;
        did("unblocked");
    }

    /** The card holds what the model says, but for what is in doubt. */
    private void check(Purse card) {
        Plain model = plain.get(card);
        Purse.Registers r = card.registers();
        long recharged = r.sum() - model.recharged;
        if (recharged < 0 || recharged > model.recharging) {
            throw new AssertionError("recharged " + r.sum());
        }
        model.recharged += recharged;
        model.recharging -= recharged;
        model.balance += recharged;
        if (!reached(model.doubts, 0, r.balance() - model.balance) || r.balance() < 0 || r.balance() > World.BALANCE_MAX) {
            throw new AssertionError(
                    "card " + card.id + " has " + r.balance() + ", the model " + model.balance + " and in doubt " + model.doubts);
        }
        if (step % 100 == 0) {
            world.judge.check("step " + step);
        }
    }

    private static boolean reached(List<Doubt> doubts, int from, long difference) {
        if (from == doubts.size()) {
            return difference == 0;
        }
        return reached(doubts, from + 1, difference) || reached(doubts, from + 1, difference - doubts.get(from).mils());
    }

    /** Each card goes to each place once more, undisturbed: then nothing is in doubt and every mil is in one place. */
    private void settle() throws PortoException {
        for (Purse card : world.cards) {
            world.inserted = card;
            card.quiet();
            if (card.registers().pinLeft() == 0 || card.recognitionLeft() == 0) {
                unblock(card);
            }
            for (Meter meter : world.meters) {
                meter.meet();
                meetings++;
                learn(meter, plain.get(card), false);
            }
            for (Point point : world.points) {
                point.service().resolve("");
                meetings++;
                learn(point, plain.get(card), false);
            }
        }
        if (world.office != null) {
            for (Meter meter : world.meters) {
                world.office.session(meter);
            }
            happened.merge("refunded mils", (int) world.office.refunded(), Integer::sum);
        }
        for (Station station : world.stations) {
            station.upload();
            station.fetch();
            for (Purse card : world.cards) {
                world.inserted = card;
                station.serve();
                meetings++;
            }
            station.upload();
        }
        boolean tooShort = false;
        for (Purse card : world.cards) {
            check(card);
            tooShort |= !plain.get(card).doubts.isEmpty();
        }
        if (tooShort) {
            did("log too short to prove"); // ten other debits came in between: for the data centre to decide
            world.judge.check("end");
        } else {
            world.judge.checkSettled("end");
        }
    }
}
