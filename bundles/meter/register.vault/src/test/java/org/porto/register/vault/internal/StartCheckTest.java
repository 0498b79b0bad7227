// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.Test;

/** A record changed in both stores, in the same way and with a fitting CRC, is found by the start (rules V3, V4). */
public class StartCheckTest {

    private static final int AMOUNT_AT = 67;
    private static final int DESCENDING_AT = 95;
    private static final int PREVIOUS_HASH_AT = 210;

    /** Registers, amount, chain, reference, MAC: nothing of a record can be other than it was. */
    @Test
    public void aRecordForgedInBothStoresLocks() throws Exception {
        List<Act> acts = ProofBench.life().subList(0, 12);
        CrashPoints.Ground ground = ProofBench.after(acts);
        for (int number = 1; number <= acts.size(); number++) {
            for (int at : new int[] {AMOUNT_AT, DESCENDING_AT, PREVIOUS_HASH_AT, 241, -20}) {
                FaultDisk disk = ground.disk().copy();
                forge(disk, number, at);
                String what = "record " + number + " at " + at;
                try (Vault vault = ground.bench(disk).vault()) {
                    VaultTest.refused("REG-012", vault::registers);
                    assertTrue(what, vault.cases().stream().anyMatch(paper -> paper.locks()));
                }
            }
        }
    }

    /** The same in one store only is damage, which the other repairs. */
    @Test
    public void aRecordForgedInTheJournalIsRepaired() throws Exception {
        List<Act> acts = ProofBench.life().subList(0, 12);
        CrashPoints.Ground ground = ProofBench.after(acts);
        for (int number = 1; number <= acts.size(); number++) {
            FaultDisk disk = ground.disk().copy();
            forgeJournal(disk, number, AMOUNT_AT);
            try (Vault vault = ground.bench(disk).vault()) {
                assertEquals(ground.model().now(), vault.registers());
                assertEquals(1, vault.health().repairs());
                assertEquals(acts.size(), vault.verify());
            }
        }
    }

    private static void forge(FaultDisk disk, int number, int at) throws Exception {
        byte[] forged = forgeJournal(disk, number, at);
        Bench bench = new Bench(ProofBench.FOLDER);
        Medium medium = new Medium(disk, bench.windows(), new Counters());
        Path file = ProofBench.FOLDER.resolve(Stores.TABLE_FILE);
        try (TableStore table = new TableStore(file, medium)) {
            medium.maintain(TableStore.NAME, () -> {
                table.put(number, forged);
                table.commit();
            });
        }
    }

    /** @return the record as it is now */
    private static byte[] forgeJournal(FaultDisk disk, int number, int at) {
        String journal = ProofBench.Kind.JOURNAL.in(disk);
        byte[] bytes = disk.bytes(journal);
        int from = SegmentHeader.BLOCK;
        for (int record = 1; record < number; record++) {
            from += RecordCodec.lengthAt(bytes, from);
        }
        byte[] forged = Arrays.copyOfRange(bytes, from, from + RecordCodec.lengthAt(bytes, from));
        forged[at < 0 ? forged.length + at : at] ^= 1;
        int crc = RecordCodec.crc(forged, 0, forged.length - 4);
        for (int i = 0; i < 4; i++) {
            forged[forged.length - 1 - i] = (byte) (crc >>> 8 * i);
        }
        disk.overwrite(journal, from, forged);
        return forged;
    }
}
