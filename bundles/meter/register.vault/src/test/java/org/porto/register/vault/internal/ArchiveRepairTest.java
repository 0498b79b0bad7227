// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.junit.Test;
import org.porto.register.api.CaseFile;
import org.porto.register.api.RegisterOperation;

/** What archiving heals it also reports (rules V4, V8). */
public class ArchiveRepairTest {

    private final FaultDisk disk = empty();
    private final Bench bench = ProofBench.on(disk, new TestKeys());

    private static FaultDisk empty() {
        try {
            return ProofBench.empty();
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** And closed: the next vault opens its journal by the journal's name. */
    private void started() throws Exception {
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
        }
    }

    /** Posts until the record of this number is in the archive. @return records there are then */
    private static long archived(Vault vault, long sequence) throws Exception {
        long number = 10_000;
        while (vault.health().archivedRecords() < sequence) {
            vault.post(Bench.id(number++), new RegisterOperation.Frank(10, "letter"));
        }
        return vault.registers().sequence();
    }

    /** All that would bring a block of the live segment to the medium: the next batch's write would bring what one lost. */
    private void lost() {
        String journal = ProofBench.Kind.JOURNAL.in(disk);
        disk.inject(FaultDisk.Effect.LOST, 1000, step ->
                step.op() == FaultDisk.Op.WRITE && step.file().equals(journal) && step.position() % Disk.BLOCK == 0);
    }

    @Test
    public void journalWritesThatWereLostAreReportedWhenArchivingHealsThem() throws Exception {
        started();
        try (Vault vault = bench.vault()) {
            vault.registers();
            lost();
            long first = vault.post(Bench.id(100), new RegisterOperation.Frank(10, "letter")).sequence();
            assertEquals(1, disk.fired());
            assertEquals(0, vault.health().repairs());
            vault.post(Bench.id(101), new RegisterOperation.Frank(11, "letter"));
            long records = archived(vault, first + 1);
            reported(vault, "record " + first + " was damaged in the journal");
            reported(vault, "record " + (first + 1) + " was damaged in the journal");
            assertEquals(records, vault.verify());
            assertEquals(1, vault.health().repairs());
        }
    }

    /** A batch is written from the bound of the block that it begins in, with what is there already. */
    @Test
    public void aJournalWriteThatWasLostIsHealedByTheNext() throws Exception {
        started();
        try (Vault vault = bench.vault()) {
            vault.registers();
            String journal = ProofBench.Kind.JOURNAL.in(disk);
            disk.inject(FaultDisk.Effect.LOST, 1, step -> step.op() == FaultDisk.Op.WRITE && step.file().equals(journal));
            vault.post(Bench.id(100), new RegisterOperation.Frank(10, "letter"));
            assertEquals(1, disk.fired());
            long last = vault.post(Bench.id(101), new RegisterOperation.Frank(11, "letter")).sequence();
            assertEquals(last, vault.verify());
            assertEquals(0, vault.health().repairs());
        }
    }

    private static void reported(Vault vault, String words) throws Exception {
        List<CaseFile> papers = vault.cases();
        assertEquals(papers.toString(), 1, papers.size());
        assertTrue(papers.toString(), papers.get(0).text().contains(words));
        assertEquals(1, vault.health().repairs());
    }
}
