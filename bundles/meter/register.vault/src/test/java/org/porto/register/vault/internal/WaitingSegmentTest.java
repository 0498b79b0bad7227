// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Test;
import org.porto.register.api.RegisterOperation;

/** A full segment that is not archived yet holds up neither the start nor, for want of room, any call before its place is needed. */
public class WaitingSegmentTest {

    private static Act frank(long number) {
        return Act.of(number, new RegisterOperation.Frank(10, "letter"));
    }

    @Test
    public void theStartLeavesItToTheCallsAfterIt() throws Exception {
        for (boolean full : new boolean[] {false, true}) {
            CrashPoints.Ground ground = ProofBench.waiting(full);
            FaultDisk disk = ground.disk().copy();
            try (Vault vault = ground.bench(disk).vault()) {
                assertEquals(ground.model().now(), vault.registers());
                assertEquals(0, vault.health().archivedRecords());
                assertTrue(disk.files().toString(), disk.files().stream().noneMatch(ProofBench.Kind.ARCHIVED_TABLE::is));
                assertEquals(ground.model().count(), vault.verify());
                for (Act act : ground.acts()) {
                    assertEquals(act.id(), act.on(vault).transaction());
                }
                for (int i = 0; i < 20; i++) {
                    frank(5_000 + i).on(vault);
                }
                assertTrue(vault.health().archivedRecords() > 0);
                assertEquals(ground.model().count() + 20, vault.verify());
                assertEquals(0, vault.health().faults());
                assertEquals(0, vault.health().repairs());
            }
        }
    }

    @Test
    public void withoutRoomForTheArchiveCallsGoOnUntilTheirPlaceIsNeeded() throws Exception {
        CrashPoints.Ground ground = ProofBench.waiting(false);
        FaultDisk disk = ground.disk().copy();
        disk.inject(FaultDisk.Effect.FULL, Long.MAX_VALUE, step -> ProofBench.Kind.ARCHIVED_TABLE.is(step.file()));
        try (Vault vault = ground.bench(disk).vault()) {
            vault.registers();
            int done = 0;
            while (!full(disk)) {
                frank(5_000 + done++).on(vault);
            }
            assertTrue(disk.fired() > 0);
            assertEquals("no call closed it", 0, vault.health().faults());
            VaultTest.refused("REG-011", () -> frank(6_000).on(vault));
            VaultTest.refused("REG-011", () -> frank(6_000).on(vault));
            assertEquals(ground.model().count() + done, vault.registers().sequence());
            disk.heal();
            frank(6_000).on(vault);
            assertEquals(ground.model().count() + done + 1, vault.verify());
        }
    }

    /** Whether the live segment has no room for a record any more. */
    private static boolean full(FaultDisk disk) {
        byte[] journal = disk.bytes(ProofBench.Kind.JOURNAL.in(disk));
        int end = journal.length;
        while (journal[end - 1] == 0) {
            end--;
        }
        return journal.length - end - Trailer.BYTES < RecordCodec.BYTES_MAX;
    }
}
