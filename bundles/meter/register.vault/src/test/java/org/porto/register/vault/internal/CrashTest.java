// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.porto.register.vault.internal.Bench.id;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.Registers;

/** Rule V9: every write, truncation and sync of every operation, ended in every way. */
public class CrashTest {

    @Rule
    public final TemporaryFolder temp = new TemporaryFolder();

    /** Every kind of operation once. */
    private static List<RegisterOperation> life() {
        List<RegisterOperation> life = new ArrayList<>(Bench.running());
        life.add(new RegisterOperation.Frank(900, "letter"));
        life.add(new RegisterOperation.FrankByCard(1_500, "parcel", "0000000000000001"));
        life.add(new RegisterOperation.TransferOut(5_000, 50, "0000000000000001"));
        life.add(new RegisterOperation.TransferDone(id(6)));
        life.add(new RegisterOperation.TransferOut(4_000, 0, "0000000000000002"));
        life.add(new RegisterOperation.Lock("test"));
        life.add(new RegisterOperation.TransferUndone(id(8)));
        life.add(new RegisterOperation.Inspected(Bench.START.plusSeconds(86_400)));
        life.add(new RegisterOperation.Unlock());
        life.add(new RegisterOperation.Withdraw());
        return life;
    }

    @Test
    public void aCrashOrFailureAtAnyStepOpensToBeforeOrAfter() throws Exception {
        List<Registers> states = new ArrayList<>();
        int steps = run(new CutDisk(), temp.newFolder().toPath(), states);
        assertEquals(life().size() + 1, states.size());
        assertTrue("steps " + steps, steps > 4 * life().size());
        int worlds = 0;
        for (CutDisk.End end : CutDisk.End.values()) {
            for (int step = 0; step < steps; step++) {
                crash(end, step, states);
                worlds++;
            }
        }
        System.getLogger("crash").log(System.Logger.Level.INFO, steps + " steps, " + worlds + " worlds");
    }

    /** Posts the whole life and collects the states between. */
    private static int run(CutDisk disk, Path folder, List<Registers> states) throws Exception {
        Bench bench = new Bench(folder);
        bench.disk = disk;
        Vault vault = bench.vault();
        states.add(vault.registers());
        int number = 1;
        for (RegisterOperation operation : life()) {
            states.add(vault.post(id(number++), operation).after());
        }
        int steps = disk.steps;
        vault.close();
        return steps;
    }

    private void crash(CutDisk.End end, int step, List<Registers> states) throws Exception {
        String name = end + " at step " + step;
        Path folder = temp.newFolder().toPath();
        Bench bench = new Bench(folder);
        CutDisk disk = new CutDisk();
        bench.disk = disk;
        disk.end = end;
        disk.failing = step;
        int posted = until(bench.vault(), disk, name);
        disk.off();
        bench.disk = new CutDisk();
        try (Vault vault = bench.vault()) {
            Registers found = vault.registers();
            assertTrue(
                    name + ": " + found,
                    found.equals(states.get(posted)) || posted < life().size() && found.equals(states.get(posted + 1)));
            assertEquals(name, found.sequence(), vault.verify());
            List<RegisterOperation> life = life();
            for (int number = 1; number <= life.size(); number++) {
                assertEquals(name + ", repeated " + number, number, vault.post(id(number), life.get(number - 1)).sequence());
            }
            assertEquals(name, states.get(life.size()), vault.registers());
            assertEquals(name, life.size(), vault.verify());
        }
        delete(folder);
    }

    /** @return how many operations were surely posted when the power went, or all when it stayed */
    private static int until(Vault vault, CutDisk disk, String name) throws Exception {
        int posted = 0;
        int failures = 0;
        try {
            while (posted < life().size()) {
                try {
                    assertEquals(name, posted + 1, vault.post(id(posted + 1), life().get(posted)).sequence());
                    posted++;
                } catch (UncertainException | RefusedException e) {
                    if (disk.isOff()) {
                        return posted; // MVStore turns the cut into a failure of its own
                    }
                    failures++;
                    assertTrue(name + ": comes back, " + e, failures < 3 && e.code().equals("REG-011"));
                }
            }
        } catch (CutDisk.PowerCut e) {
            return posted;
        }
        return posted;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
