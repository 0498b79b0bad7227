// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.Map;
import java.util.TreeMap;
import org.junit.Test;

/** Lives by chance against the model; {@code -Dseed=} replays one. {@link ProveVault} lives more of them. */
public class ModelSimulationTest {

    private static final int SEEDS = 12;
    private static final int STEPS = 120;

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
}
