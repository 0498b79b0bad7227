// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The pieces of a vault's life of which every crash point is looked at. */
final class CrashCases {

    private static final int LONGEST = 200;

    private final List<Act> life = ProofBench.life();
    private final CrashPoints points;
    private final boolean quick;
    private Consumer<CrashPoints.Count> counts = count -> {};
    private BiConsumer<String, Throwable> failures = (name, e) -> {};

    CrashCases(CrashPoint.Depth depth, long seed) {
        quick = depth == CrashPoint.Depth.QUICK;
        List<Act> everything = new ArrayList<>(life);
        for (int i = 0; i < LONGEST; i++) {
            everything.add(ProofBench.mixed(100 + i));
        }
        points = new CrashPoints(depth, seed, everything);
    }

    /** A case of which a world failed. */
    private interface Case {
        CrashPoints.Count count() throws Exception;
    }

    void each(Consumer<CrashPoints.Count> to, BiConsumer<String, Throwable> failed) throws Exception {
        counts = to;
        failures = failed;
        operations();
        batches();
        rollOvers();
        waiting();
        openings();
        add("repair", points::repairs);
    }

    private void add(String name, Case one) {
        try {
            counts.accept(one.count());
        } catch (Exception | AssertionError e) {
            failures.accept(name, e);
        }
    }

    private void operations() throws Exception {
        for (int i = 0; i < life.size(); i++) {
            Act act = life.get(i);
            CrashPoints.Ground ground = ProofBench.after(life.subList(0, i));
            add(act.kind(), () -> points.call(act.kind(), ground, List.of(act), (disk, vault, answered) -> {
                act.on(vault);
                answered.accept(act);
            }));
        }
    }

    /** One caller, and behind it all the others at once: a batch of one and a batch of the rest. */
    private void batches() throws Exception {
        List<Act> start = life.subList(0, 8);
        for (int size : quick ? new int[] {3} : new int[] {2, 3, 8}) {
            List<Act> batch = new ArrayList<>();
            for (int i = 0; i <= size; i++) {
                batch.add(ProofBench.mixed(100 + i));
            }
            CrashPoints.Ground ground = ProofBench.after(start);
            add("batch of " + size, () -> points.call("batch of " + size, ground, batch, (disk, vault, answered) ->
                    Gang.post(disk, vault, batch, answered)));
        }
    }

    private void rollOvers() throws Exception {
        for (ProofBench.Before before : ProofBench.rollOvers(LONGEST)) {
            if (quick && !before.name().contains("making") && !before.name().contains("archive")) {
                continue; // much like any call
            }
            add(before.name(), () -> points.call(before.name(), before.ground(), List.of(before.act()), (disk, vault, answered) -> {
                before.act().on(vault);
                answered.accept(before.act());
            }));
        }
    }

    /** A full segment that no opening archives any more: the calls after it do, in pieces, or at once where the live one is full too. */
    private void waiting() throws Exception {
        for (boolean full : new boolean[] {false, true}) {
            CrashPoints.Ground ground = ProofBench.waiting(full);
            String start = full ? "start, two full segments wait" : "start, a full segment waits";
            add(start, () -> points.opening(start, ground, ground.model().count()));
            for (ProofBench.Before before : ProofBench.waits(full)) {
                if (!quick || before.name().contains("table.new")) {
                    add(before.name(), () -> points.call(before.name(), before.ground(), List.of(before.act()), (disk, vault, answered) -> {
                        before.act().on(vault);
                        answered.accept(before.act());
                    }));
                }
            }
        }
    }

    private void openings() throws Exception {
        CrashPoints.Ground none = new CrashPoints.Ground(ProofBench.empty(), new TestKeys(), new PureModel(), List.of());
        add("first start", () -> points.opening("first start", none, 0));
        CrashPoints.Ground ground = ProofBench.after(life.subList(0, 8));
        opening("start", ground, disk -> {});
        for (ProofBench.Kind kind : List.of(ProofBench.Kind.JOURNAL, ProofBench.Kind.TABLE)) {
            opening(kind + " lost", ground, disk -> disk.lose(kind.in(disk)));
            opening(kind + " garbage", ground, disk -> {
                byte[] garbage = new byte[(int) disk.length(kind.in(disk))];
                Arrays.fill(garbage, (byte) 0x5A);
                disk.overwrite(kind.in(disk), 0, garbage);
            });
            opening(kind + " cut short", ground, disk -> disk.cut(kind.in(disk), disk.length(kind.in(disk)) - 100));
        }
    }

    private void opening(String name, CrashPoints.Ground ground, Consumer<FaultDisk> damage) throws Exception {
        FaultDisk disk = ground.disk().copy();
        damage.accept(disk);
        CrashPoints.Ground damaged = new CrashPoints.Ground(disk, ground.keys(), ground.model(), ground.acts());
        add(name, () -> points.opening(name, damaged, ground.model().count()));
    }
}
