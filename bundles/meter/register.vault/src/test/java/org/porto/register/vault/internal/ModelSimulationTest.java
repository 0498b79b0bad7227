// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.Test;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterOperation;

/** Lives by chance against the model; {@code -Dseed=} replays one. {@link ProveVault} lives more of them. */
public class ModelSimulationTest {

    private static final int SEEDS = 5;
    private static final int STEPS = 60;

    @Test
    public void theVaultIsTheModel() throws Exception {
        long first = Long.getLong("seed", System.nanoTime());
        int count = System.getProperty("seed") == null ? SEEDS : 1;
        System.err.println("simulation: seeds " + first + " to " + (first + count - 1));
        Map<String, Integer> happened = new TreeMap<>();
        for (long seed = first; seed < first + count; seed++) {
            new Simulation(seed).run(STEPS).forEach((what, times) -> happened.merge(what, times, Integer::sum));
        }
        System.err.println("simulation: " + happened);
    }

    /** Found by seed 17405519407107: a letter refused because of a lock that then was never written. */
    @Test
    public void aRefusalRestsOnNoRecordThatFailed() throws Exception {
        CrashPoints.Ground ground = ProofBench.after(ProofBench.life().subList(0, 4));
        FaultDisk disk = ground.disk().copy();
        try (Vault vault = ground.bench(disk).vault()) {
            vault.registers();
            int[] writes = {0};
            disk.inject(FaultDisk.Effect.FAILS, 1,
                    step -> ProofBench.Kind.JOURNAL.is(step.file()) && step.op() == FaultDisk.Op.WRITE && ++writes[0] == 2);
            Act lock = Act.of(101, new RegisterOperation.Lock("never"));
            Act frank = Act.of(102, new RegisterOperation.Frank(10, "letter"));
            Map<Act, String> codes = new ConcurrentHashMap<>();
            Gang.post(disk, vault, List.of(ProofBench.mixed(100), lock, frank),
                    (act, record, failure) -> codes.put(act, failure == null ? "" : failure.code()));
            assertEquals("REG-011", codes.get(lock));
            assertEquals("REG-011", codes.get(frank));
            assertEquals(MeterState.OPERATIONAL, vault.registers().state());
        }
    }
}
