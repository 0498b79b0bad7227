// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.porto.model.api.PortoException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterOperation;
import org.porto.register.vault.internal.FaultDisk.Effect;
import org.porto.register.vault.internal.FaultDisk.Op;

/**
 * A vault lives by chance: operations good and bad, callers at the same time, faults of its disk, kills and power cuts, a clock that
 * goes on and back. After each step it is the model. A seed is one life, the same each time.
 */
final class Simulation {

    private static final List<Effect> EFFECTS =
            List.of(Effect.FAILS, Effect.FAILS_HALFWAY, Effect.FAILS_AFTER, Effect.SHORT, Effect.SYNC_DROPS, Effect.FULL, Effect.READ_ONLY);

    private final long seed;
    private final Random random;
    private final Map<String, Integer> happened = new TreeMap<>();
    private final List<Act> acts = new ArrayList<>();
    private FaultDisk disk;
    private Bench bench;
    private Vault vault;
    private PureModel model = new PureModel();
    private long number;
    private String name;

    Simulation(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    /** @return what happened, how often */
    Map<String, Integer> run(int steps) throws Exception {
        disk = ProofBench.empty();
        bench = CrashPoints.bench(disk, new TestKeys());
        vault = bench.vault();
        for (RegisterOperation operation : Bench.running()) {
            post(Act.of(++number, operation));
        }
        for (int step = 0; step < steps; step++) {
            name = "seed " + seed + ", step " + step;
            try {
                step();
                assertEquals(name, model.count(), Judge.agrees(name, vault, model, step % 20 == 19 ? 1_000 : 3));
            } catch (PortoException | RuntimeException e) {
                throw new AssertionError(name + ": " + e, e);
            }
            if (model.now().state() == MeterState.WITHDRAWN) {
                break;
            }
        }
        assertEquals(name, model.count(), vault.verify());
        vault.close();
        return happened;
    }

    private void step() throws Exception {
        int chance = random.nextInt(100);
        if (chance < 55) {
            post(act());
        } else if (chance < 63) {
            gang();
        } else if (chance < 68) {
            repeat();
        } else if (chance < 82) {
            fault();
        } else if (chance < 86) {
            restart("restart", false);
        } else if (chance < 89) {
            restart("kill", true);
        } else if (chance < 94) {
            power();
        } else if (chance < 98) {
            clock();
        } else {
            note("verify");
            assertEquals(name, model.count(), vault.verify());
        }
    }

    private void note(String what) {
        happened.merge(what, 1, Integer::sum);
    }

    // --- operations

    private Act act() {
        number++;
        if (random.nextInt(60) == 0) {
            return Act.rollKey(number);
        }
        return Act.of(number, operation());
    }

    private RegisterOperation operation() {
        List<TransactionId> open = model.transit();
        TransactionId end = open.isEmpty() || random.nextInt(10) == 0 ? Bench.id(999_999_999) : open.get(random.nextInt(open.size()));
        return switch (random.nextInt(40)) {
            case 0, 1, 2, 3, 4 -> new RegisterOperation.Refill(random.nextInt(10) == 0 ? -1 : 1 + random.nextInt(60_000), random.nextInt(100));
            case 5, 6, 7, 8 -> new RegisterOperation.FrankByCard(amount(), "letter", ProofBench.CARD);
            case 9 -> new RegisterOperation.TransferOut(Math.max(1, model.now().descending() - random.nextInt(3)), 1, ProofBench.CARD); // the edge
            case 10, 11, 12, 13, 14 -> new RegisterOperation.TransferOut(random.nextInt(30_000), random.nextInt(50) - 1, ProofBench.CARD);
            case 15, 16, 17, 18 -> new RegisterOperation.TransferDone(end);
            case 19, 20, 21 -> new RegisterOperation.TransferUndone(end);
            case 22 -> new RegisterOperation.Lock("simulation");
            case 23, 24, 25 -> new RegisterOperation.Unlock();
            case 26, 27 -> new RegisterOperation.Inspected(bench.now.plus(Duration.ofHours(random.nextInt(2_000))));
            case 28 -> random.nextInt(12) == 0 ? new RegisterOperation.Withdraw() : new RegisterOperation.Activate();
            case 29 -> new RegisterOperation.Authorise(Bench.EUR, Bench.LIMITS);
            default -> new RegisterOperation.Frank(amount(), "letter");
        };
    }

    private long amount() {
        return random.nextInt(20) == 0 ? random.nextInt(60_000) - 100 : random.nextInt(8) == 0 ? 0 : 10 + random.nextInt(2_000);
    }

    /** Done or refused as the model says; uncertain is asked for after the vault has opened again. */
    private void post(Act act) throws Exception {
        PureModel more = new PureModel(model, model.count());
        String expected = act.on(more, bench.now);
        try {
            act.on(vault);
            assertEquals(name + " " + act, expected, "");
            acts.add(act);
            model = more;
            note(act.kind());
        } catch (PortoException e) {
            if (disturbed(e)) {
                note("uncertain");
                found(List.of(act));
            } else {
                assertEquals(name + " " + act, expected, e.code());
                note("refused");
            }
        }
    }

    private static boolean disturbed(PortoException e) {
        return e.code().equals("REG-011") || e.code().equals("REG-015");
    }

    /** After a disturbance: what of these acts is there is the model's from now on. */
    private void found(List<Act> maybe) throws Exception {
        disk.heal();
        List<Act> all = new ArrayList<>(acts);
        all.addAll(maybe);
        PureModel now = Judge.follow(name, model, vault, all);
        acts.addAll(maybe);
        model = now;
    }

    private void repeat() throws Exception {
        if (acts.isEmpty()) {
            return;
        }
        Act act = acts.get(random.nextInt(acts.size()));
        long sequence = model.sequenceOf(act.id());
        if (sequence == 0) {
            return; // was uncertain, and did not happen
        }
        note("repeated id");
        assertEquals(name, sequence, act.on(vault).sequence());
        try {
            new Act(act.id(), new RegisterOperation.Frank(10, "other contents")).on(vault);
            throw new AssertionError(name + ": id taken twice");
        } catch (PortoException e) {
            assertEquals(name, "REG-006", e.code());
        }
    }

    /** Callers at once; one that is refused must have been refusable in a state that was passed. */
    private void gang() throws Exception {
        note("callers at once");
        List<Act> many = new ArrayList<>();
        int size = 2 + random.nextInt(8);
        for (int i = 0; i < size; i++) {
            many.add(act());
        }
        if (random.nextInt(4) == 0) {
            inject();
        }
        Map<Act, String> outcome = new ConcurrentHashMap<>();
        Gang.post(disk, vault, many, (act, record, failure) -> outcome.put(act, failure == null ? "" : failure.code()));
        PureModel before = model;
        found(many);
        for (Act act : many) {
            long sequence = model.sequenceOf(act.id());
            String code = outcome.get(act);
            if (code.isEmpty()) {
                assertTrue(name + ": acknowledged and gone: " + act, sequence > 0);
            } else if (!code.equals("REG-011") && !code.equals("REG-015")) {
                assertEquals(name + ": refused and done: " + act, 0, sequence);
                boolean possible = false;
                for (long count = before.count(); count <= model.count() && !possible; count++) {
                    possible = act.on(new PureModel(model, count), bench.now).equals(code);
                }
                assertTrue(name + ": " + act + " refused with " + code, possible);
            }
        }
    }

    // --- disturbances

    private void inject() {
        Effect effect = EFFECTS.get(random.nextInt(EFFECTS.size()));
        int at = disk.steps() + random.nextInt(8);
        note("fault " + effect);
        disk.inject(effect, effect == Effect.FULL || effect == Effect.READ_ONLY ? Long.MAX_VALUE : 1, step -> step.number() >= at && fits(effect, step.op()));
    }

    private static boolean fits(Effect effect, Op op) {
        return switch (effect) {
            case SHORT, FAILS_HALFWAY, FULL -> op == Op.WRITE;
            case SYNC_DROPS -> op == Op.FORCE;
            case READ_ONLY -> op != Op.FORCE && op != Op.SYNC_FOLDER;
            default -> true;
        };
    }

    private void fault() throws Exception {
        if (random.nextInt(6) == 0) {
            note("fault slow");
            int at = disk.steps() + random.nextInt(4);
            disk.observer = step -> {
                if (step.number() == at) {
                    bench.nanos += Duration.ofHours(1).toNanos();
                }
            };
        } else {
            inject();
        }
        for (int i = 0; i < 3; i++) {
            post(act());
        }
        disk.heal();
    }

    private void restart(String how, boolean hard) throws Exception {
        note(how);
        if (hard) {
            disk.processEnds();
        }
        vault.close();
        vault = bench.vault();
    }

    /** At a step of an operation, which may then have happened or not. */
    private void power() throws Exception {
        note("power cut");
        Act act = act();
        int at = disk.steps() + random.nextInt(6);
        List<CrashPoint> points = new ArrayList<>();
        TestKeys[] keys = {bench.keys};
        disk.probe = point -> {
            if (point.step().number() == at) {
                points.add(point);
                keys[0] = bench.keys.copy();
            }
        };
        try {
            act.on(vault);
        } catch (PortoException e) {
            note("refused");
        }
        disk.probe = null;
        boolean after = points.isEmpty();
        CrashPoint point = after ? disk.crashPoint() : points.get(0);
        vault.close();
        Bench before = bench;
        disk = point.any(random);
        bench = CrashPoints.bench(disk, after ? bench.keys : keys[0]);
        bench.now = before.now;
        vault = bench.vault();
        found(List.of(act));
    }

    private void clock() throws Exception {
        if (random.nextInt(3) > 0) {
            note("time passes");
            bench.now = bench.now.plus(Duration.ofMinutes(random.nextInt(10_000)));
            return;
        }
        note("clock back");
        java.time.Instant now = bench.now;
        bench.now = now.minus(Duration.ofHours(random.nextInt(60)));
        post(act());
        bench.now = now;
    }
}
