// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** The pieces of a vault's life of which every crash point is looked at. */
final class CrashCases {

    private final List<Act> life = ProofBench.life();
    private final CrashPoints points;
    private final List<CrashPoints.Count> counts = new ArrayList<>();

    CrashCases(CrashPoint.Depth depth, long seed) {
        points = new CrashPoints(depth, seed, life);
    }

    List<CrashPoints.Count> all() throws Exception {
        operations();
        openings();
        counts.add(points.repairs());
        return counts;
    }

    private void operations() throws Exception {
        for (int i = 0; i < life.size(); i++) {
            Act act = life.get(i);
            counts.add(points.call(act.kind(), ProofBench.after(life.subList(0, i)), List.of(act), (vault, answered) -> {
                act.on(vault);
                answered.answered();
            }));
        }
    }

    private void openings() throws Exception {
        CrashPoints.Ground none = new CrashPoints.Ground(ProofBench.empty(), new TestKeys(), new PureModel());
        counts.add(points.opening("first start", none, 0));
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
        counts.add(points.opening(name, new CrashPoints.Ground(disk, ground.keys(), ground.model()), ground.model().count()));
    }
}
