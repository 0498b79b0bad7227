// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.porto.register.vault.internal.Bench.id;

import java.time.Duration;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.register.api.Inspection;
import org.porto.register.api.RegisterOperation;

/** Rule V7: warned after the first span, nothing spent after the second, renewed by a contact. */
public class InspectionProfileTest {

    @Rule
    public final TemporaryFolder temp = new TemporaryFolder();

    @Test
    public void everyProfileWarnsThenStops() throws Exception {
        lives(InspectionProfile.DAYS_90_120, Duration.ofDays(90), Duration.ofDays(120));
        lives(InspectionProfile.HOURS_72, Duration.ofHours(48), Duration.ofHours(72));
        lives(InspectionProfile.DAYS_21_7, Duration.ofDays(21), Duration.ofDays(28));
    }

    private void lives(InspectionProfile profile, Duration warn, Duration lock) throws Exception {
        Bench bench = new Bench(temp.newFolder().toPath());
        Vault.Setting setting = new Vault.Setting(
                bench.folder, bench.disk, Bench.SERIAL, Bench.EUR, Duration.ofSeconds(10), Duration.ofDays(1), 64 * 1024, 16, profile);
        try (Vault vault = new Vault(setting, new Seal(bench.keys), () -> bench.now, bench.windows())) {
            Bench.start(vault);
            assertEquals(Inspection.Phase.NOT_BEGUN, vault.inspection().phase());
            VaultTest.refused(
                    "REG-001",
                    () -> vault.post(id(9), new RegisterOperation.Inspected(Bench.START.plus(lock).plus(Duration.ofDays(2)))));
            vault.post(id(10), new RegisterOperation.Inspected(Bench.START.plus(lock)));
            assertEquals(Inspection.Phase.GOOD, vault.inspection().phase());
            bench.now = Bench.START.plus(warn);
            assertEquals(Inspection.Phase.DUE, vault.inspection().phase());
            vault.watch();
            vault.post(id(11), new RegisterOperation.Frank(100, "letter"));
            bench.now = Bench.START.plus(lock).plusSeconds(1);
            assertEquals(Inspection.Phase.OVERDUE, vault.inspection().phase());
            VaultTest.refused("REG-017", () -> vault.post(id(12), new RegisterOperation.Frank(100, "letter")));
            vault.post(id(13), new RegisterOperation.Inspected(bench.now.plus(lock)));
            vault.post(id(12), new RegisterOperation.Frank(100, "letter"));
            assertEquals(Inspection.Phase.GOOD, vault.inspection().phase());
        }
    }
}
