// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.porto.model.api.PortoException;
import org.porto.model.api.TransactionId;

/**
 * Every crash point of a piece of a vault's life (rule V9): each step of it on the disk, and for each the worlds that a power cut or a
 * kill there may leave; each of them opened and judged.
 */
final class CrashPoints {

    /** A piece of life: on a vault that is open, or opening. Tells the acts that it has the answer of. */
    interface Play {
        void play(FaultDisk disk, Vault vault, Consumer<Act> answered) throws Exception;
    }

    /** What was counted. */
    record Count(String name, int steps, int worlds, int opened, int failing) {

        @Override
        public String toString() {
            return String.format("%-34s %6d %8d %8d %8d", name, steps, worlds, opened, failing);
        }

        Count plus(Count other) {
            return new Count(
                    name, steps + other.steps, worlds + other.worlds, opened + other.opened, failing + other.failing);
        }

        static String heading() {
            return String.format("%-34s %6s %8s %8s %8s", "operation", "steps", "worlds", "distinct", "failing");
        }
    }

    /** Where it starts: a disk at rest, its keys, the model of what is in it. */
    record Ground(FaultDisk disk, TestKeys keys, PureModel model, List<Act> acts) {

        Bench bench(FaultDisk on) {
            return CrashPoints.bench(on, keys.copy());
        }
    }

    private record Moment(CrashPoint point, TestKeys keys, Answers answers) {}

    /** @param count records that somebody knows of  @param ids of these the ones that the piece of life posted */
    private record Answers(long count, List<TransactionId> ids) {

        Answers with(TransactionId id) {
            List<TransactionId> more = new ArrayList<>(ids);
            more.add(id);
            return new Answers(count + 1, List.copyOf(more));
        }
    }

    /** A world of which the opening did something that no other one did before. */
    private record Opening(String name, FaultDisk disk, TestKeys keys, long least) {}

    private final CrashPoint.Depth depth;
    private final long seed;
    private final Map<String, Opening> openings = new LinkedHashMap<>();
    private final List<Act> everything;
    private boolean nested;

    /** @param everything every act that any of the grounds and pieces has */
    CrashPoints(CrashPoint.Depth depth, long seed, List<Act> everything) {
        this.depth = depth;
        this.everything = everything;
        this.seed = seed;
    }

    static Bench bench(FaultDisk disk, TestKeys keys) {
        return ProofBench.on(disk, keys);
    }

    /** A call on an open vault. */
    Count call(String name, Ground ground, List<Act> acts, Play play) throws Exception {
        return of(name, ground, false, ground.model().count(), acts, play);
    }

    /** Opening itself, with whatever repair it takes; so many records were acknowledged. */
    Count opening(String name, Ground ground, long least) throws Exception {
        return of(name, ground, true, least, List.of(), (disk, vault, answered) -> {});
    }

    /**
     * Crash points within the openings that came after the crash points so far: the first world for each way in which a vault repaired
     * itself.
     */
    Count repairs() throws Exception {
        nested = true;
        List<Opening> all = List.copyOf(openings.values());
        int stride = (all.size() - 1) / depth.repairsMax() + 1;
        List<Opening> ways = IntStream.range(0, all.size()).filter(i -> i % stride == 0).mapToObj(all::get).toList();
        Count sum = new Count("repair, in " + ways.size() + " of " + all.size() + " ways", 0, 0, 0, 0);
        for (Opening opening : ways) {
            Bench bench = bench(opening.disk().copy(), opening.keys().copy());
            try (Vault vault = bench.vault()) {
                PureModel found = Judge.follow(opening.name(), new PureModel(), vault, everything);
                sum = sum.plus(opening(opening.name(), new Ground(opening.disk(), opening.keys(), found, List.of()), opening.least()));
            }
        }
        return sum;
    }

    private Count of(String name, Ground ground, boolean opens, long least, List<Act> acts, Play play) throws Exception {
        FaultDisk disk = ground.disk().copy();
        Bench bench = ground.bench(disk);
        List<Moment> moments = new ArrayList<>();
        AtomicReference<Answers> answered = new AtomicReference<>(new Answers(least, List.of()));
        Consumer<CrashPoint> probe =
                point -> moments.add(new Moment(point, bench.keys.copy(), answered.get()));
        PureModel model;
        int steps;
        try (Vault vault = bench.vault()) {
            if (!opens) {
                vault.registers();
            }
            int before = disk.steps();
            disk.probe = probe;
            vault.registers();
            answered.set(new Answers(ground.model().count(), List.of())); // what it has shown it keeps
            play.play(disk, vault, act -> answered.updateAndGet(a -> a.with(act.id())));
            steps = disk.steps() - before;
            disk.probe = null;
            model = Judge.follow(name, ground.model(), vault, acts);
            assertEquals(name, ground.model().count() + acts.size(), model.count());
            assertEquals(name, answered.get().count(), model.count());
            disk.probe = probe;
        }
        disk.probe = null;
        moments.add(new Moment(disk.crashPoint(), bench.keys.copy(), answered.get()));
        Set<Long> seen = new HashSet<>();
        int[] worlds = {0};
        for (Moment moment : moments.size() > depth.momentsMax() ? every(moments) : moments) {
            moment.point().worlds(depth, seed, (label, world) -> {
                worlds[0]++;
                if (seen.add(world.digest() * 31 + moment.answers().count())) {
                    judgedAndKept(name + ", " + label, world, moment, model);
                }
            });
            for (FaultDisk world : moment.point().killed()) {
                worlds[0]++;
                if (seen.add(world.digest() * 37 + moment.answers().count())) {
                    killed(name + ", killed at " + moment.point().step(), world, moment, model);
                }
            }
        }
        int failing = failing(name, ground, opens, acts, play, steps);
        return new Count(name, steps, worlds[0], seen.size(), failing);
    }

    private List<Moment> every(List<Moment> moments) {
        int stride = (moments.size() - 1) / depth.momentsMax() + 1;
        return IntStream.range(0, moments.size())
                .filter(i -> Math.floorMod(i + seed, stride) == 0 || i == moments.size() - 1)
                .mapToObj(moments::get)
                .toList();
    }

    /** Judges a world, and keeps it for {@link #repairs} when its opening did something new. */
    private void judgedAndKept(String name, FaultDisk world, Moment moment, PureModel model) throws Exception {
        StringBuilder way = new StringBuilder();
        FaultDisk copy = world.copy();
        world.observer = step -> way.append(step.op()).append(' ').append(step.name()).append('\n');
        Bench bench = bench(world, moment.keys().copy());
        try {
            Judge.recovers(name, bench, model, moment.answers().count(), moment.answers().ids(), everything, () -> {
                world.observer = step -> {};
                if (!nested) {
                    openings.putIfAbsent(way.toString(), new Opening(name, copy, moment.keys().copy(), moment.answers().count()));
                }
            });
        } catch (PortoException | RuntimeException e) {
            throw new AssertionError(name + ": " + e, e);
        }
    }

    private void judged(String name, Bench bench, PureModel model, long least, List<TransactionId> ids) throws Exception {
        try {
            Judge.recovers(name, bench, model, least, ids, everything, () -> {});
        } catch (PortoException | RuntimeException e) {
            throw new AssertionError(name + ": " + e, e);
        }
    }

    /** What a vault has shown after a kill it also shows after the power went. */
    private void killed(String name, FaultDisk world, Moment moment, PureModel model) throws Exception {
        long shown;
        try (Vault vault = bench(world, moment.keys().copy()).vault()) {
            shown = Judge.agrees(name, vault, model);
        } catch (PortoException | RuntimeException e) {
            throw new AssertionError(name + ": " + e, e);
        }
        assertTrue(name + ": acknowledged were " + moment.answers().count() + ", found " + shown, shown >= moment.answers().count());
        FaultDisk after = world.crashPoint().least();
        judged(name + ", then the power went", bench(after, moment.keys().copy()), model, shown, moment.answers().ids());
    }

    /** Every step fails once, in every way; the vault lives on, and after that the power goes. */
    private int failing(String name, Ground ground, boolean opens, List<Act> acts, Play play, int steps) throws Exception {
        int worlds = 0;
        for (int step = 0; step < steps; step += depth.failingStride()) {
            for (FaultDisk.Effect effect : List.of(
                    FaultDisk.Effect.FAILS, FaultDisk.Effect.FAILS_HALFWAY, FaultDisk.Effect.FAILS_AFTER, FaultDisk.Effect.SHORT,
                    FaultDisk.Effect.SYNC_DROPS)) {
                worlds += fails(name + ", " + effect + " at step " + step, ground, opens, acts, play, step, effect) ? 1 : 0;
            }
        }
        return worlds;
    }

    private boolean fails(
            String name, Ground ground, boolean opens, List<Act> acts, Play play, int step, FaultDisk.Effect effect) throws Exception {
        FaultDisk disk = ground.disk().copy();
        Bench bench = ground.bench(disk);
        try (Vault vault = bench.vault()) {
            if (!opens) {
                vault.registers();
            }
            int at = disk.steps() + step;
            disk.inject(effect, 1, s -> s.number() == at && fits(effect, s.op()));
            try {
                vault.registers();
                play.play(disk, vault, act -> {});
            } catch (PortoException e) {
                assertTrue(name + ": " + e, List.of("REG-011", "REG-015").contains(e.code()));
            }
            if (disk.fired() == 0) {
                return false;
            }
            for (Act act : acts) {
                again(name, vault, act);
            }
            PureModel model = Judge.follow(name, ground.model(), vault, acts);
            assertEquals(name, ground.model().count() + acts.size(), model.count());
            Judge.agrees(name, vault, model);
            assertEquals(name, model.count(), vault.verify());
            judged(name + ", then the power went", bench(disk.crashPoint().least(), bench.keys.copy()), model, model.count(), List.of());
        } catch (PortoException | RuntimeException e) {
            throw new AssertionError(name + ": " + e, e);
        }
        return true;
    }

    private static boolean fits(FaultDisk.Effect effect, FaultDisk.Op op) {
        return switch (effect) {
            case SHORT, FAILS_HALFWAY -> op == FaultDisk.Op.WRITE;
            case SYNC_DROPS -> op == FaultDisk.Op.FORCE;
            default -> true;
        };
    }

    /** A fault in the background may close the vault once more. */
    private static void again(String name, Vault vault, Act act) throws Exception {
        try {
            act.on(vault);
        } catch (PortoException e) {
            assertTrue(name + ": " + e, List.of("REG-011", "REG-015").contains(e.code()));
            act.on(vault);
        }
    }
}
