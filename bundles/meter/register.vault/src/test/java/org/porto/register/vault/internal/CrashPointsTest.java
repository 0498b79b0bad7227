// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.Test;
import org.porto.model.api.PortoException;

/** Rule V9 in the depth of a normal test run; {@link ProveVault} goes all the way. */
public class CrashPointsTest {

    @Test
    public void everyOperationOpensToBeforeOrAfter() throws Exception {
        System.err.println(CrashPoints.Count.heading());
        List<String> empty = new ArrayList<>();
        List<Throwable> failed = new ArrayList<>();
        new CrashCases(CrashPoint.Depth.QUICK, 1).each(
                count -> {
                    System.err.println(count);
                    if (count.steps() == 0 || count.opened() < 2) {
                        empty.add(count.name());
                    }
                },
                (name, e) -> failed.add(e));
        if (!failed.isEmpty()) {
            AssertionError error = new AssertionError(failed.size() + " cases: " + failed.get(0).getMessage(), failed.get(0));
            failed.subList(1, failed.size()).forEach(error::addSuppressed);
            throw error;
        }
        assertEquals(List.of(), empty);
    }

    /** Rule V4: who has his answer finds his record in each of the two stores alone, whatever one of them did meanwhile. */
    @Test
    public void onReturnTheRecordIsInEachStoreAlone() throws Exception {
        CrashPoints.Ground ground = ProofBench.after(ProofBench.life().subList(0, 4));
        for (ProofBench.Kind store : List.of(ProofBench.Kind.JOURNAL, ProofBench.Kind.TABLE)) {
            for (FaultDisk.Effect effect : List.of(FaultDisk.Effect.SHORT, FaultDisk.Effect.FAILS, FaultDisk.Effect.FAILS_AFTER)) {
                alone(ground, store, effect, FaultDisk.Op.WRITE);
            }
            for (FaultDisk.Effect effect : List.of(FaultDisk.Effect.FAILS, FaultDisk.Effect.FAILS_AFTER, FaultDisk.Effect.SYNC_DROPS)) {
                alone(ground, store, effect, FaultDisk.Op.FORCE);
            }
        }
    }

    private static void alone(CrashPoints.Ground ground, ProofBench.Kind store, FaultDisk.Effect effect, FaultDisk.Op op) throws Exception {
        String name = store + ", " + effect + " at " + op;
        FaultDisk disk = ground.disk().copy();
        PureModel model = new PureModel(ground.model(), ground.model().count());
        Bench bench = ground.bench(disk);
        try (Vault vault = bench.vault()) {
            for (int i = 0; i < 4; i++) {
                Act act = ProofBench.mixed(100 + i);
                if (i == 1) {
                    disk.inject(effect, 1, step -> store.is(step.file()) && step.op() == op);
                }
                try {
                    act.on(vault);
                } catch (PortoException e) {
                    assertEquals(name, 1, i);
                    act.on(vault); // after the vault has opened again
                }
                assertEquals("", act.on(model, bench.now));
                for (ProofBench.Kind lost : List.of(ProofBench.Kind.JOURNAL, ProofBench.Kind.TABLE)) {
                    FaultDisk world = disk.crashPoint().least();
                    world.lose(lost.in(world));
                    try (Vault left = CrashPoints.bench(world, bench.keys.copy()).vault()) {
                        assertEquals(name + ", without the " + lost, model.count(), Judge.agrees(name, left, model));
                    }
                }
            }
        }
    }
}
