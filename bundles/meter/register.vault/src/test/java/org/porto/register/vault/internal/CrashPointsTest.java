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

    /** Rule V4: who has his answer finds his record in each of the two stores alone, whatever the table did meanwhile. */
    @Test
    public void onReturnTheRecordIsInEachStoreAlone() throws Exception {
        CrashPoints.Ground ground = ProofBench.after(ProofBench.life().subList(0, 4));
        List<Act> acts = List.of(ProofBench.mixed(100), ProofBench.mixed(101));
        for (FaultDisk.Effect effect : List.of(FaultDisk.Effect.SHORT, FaultDisk.Effect.FAILS, FaultDisk.Effect.FAILS_AFTER)) {
            for (ProofBench.Kind store : List.of(ProofBench.Kind.JOURNAL, ProofBench.Kind.TABLE)) {
                FaultDisk disk = ground.disk().copy();
                PureModel model = new PureModel(ground.model(), ground.model().count());
                Bench bench = ground.bench(disk);
                try (Vault vault = bench.vault()) {
                    acts.get(0).on(vault);
                    acts.get(0).on(model, bench.now);
                    disk.inject(effect, 1, step -> store.is(step.file()) && step.op() == FaultDisk.Op.WRITE);
                    acts.get(1).on(vault);
                    acts.get(1).on(model, bench.now);
                } catch (PortoException e) {
                    continue; // no answer, no promise
                }
                for (ProofBench.Kind lost : List.of(ProofBench.Kind.JOURNAL, ProofBench.Kind.TABLE)) {
                    FaultDisk world = disk.crashPoint().least();
                    world.lose(lost.in(world));
                    try (Vault vault = CrashPoints.bench(world, bench.keys.copy()).vault()) {
                        assertEquals(effect + ", without the " + lost, model.count(), Judge.agrees("alone", vault, model));
                    }
                }
            }
        }
    }
}
