// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Test;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.Registers;

/** What the table's file takes for its newest state (rule V4). */
public class TableFileTest {

    private static final Path FILE = ProofBench.FOLDER.resolve(Stores.TABLE_FILE);

    private static Medium medium(FaultDisk disk) {
        return new Medium(disk, new Bench(ProofBench.FOLDER).windows(), new Counters());
    }

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[300];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static void commit(Medium medium, TableStore table, long sequence, byte[] bytes) throws Exception {
        medium.maintain(TableStore.NAME, () -> {
            table.put(sequence, bytes);
            table.commit();
        });
    }

    private static FaultDisk withThree() throws Exception {
        FaultDisk disk = new FaultDisk();
        disk.createFolder(ProofBench.FOLDER);
        TestKeys keys = new TestKeys();
        keys.symmetricKey(Seal.KEY);
        SegmentHeader header = SegmentHeader.of(1, 64 * 1024, Optional.empty(), List.of(), new Seal(keys));
        Medium medium = medium(disk);
        try (TableStore table = new TableStore(FILE, medium)) {
            medium.maintain(TableStore.NAME, () -> {
                table.putHeader(header);
                table.commit();
            });
            for (int sequence = 1; sequence <= 3; sequence++) {
                commit(medium, table, sequence, bytes(sequence));
            }
        }
        return disk;
    }

    /** Whole, of the next id, and where the next chunk should be: from a life that never was, and the chain does not lead to it. */
    @Test
    public void aChunkOfAnotherLifeIsNotTheNext() throws Exception {
        FaultDisk disk = withThree();
        FaultDisk other = disk.copy();
        AtomicReference<FaultDisk.Step> written = new AtomicReference<>();
        Medium elsewhere = medium(other);
        try (TableStore table = new TableStore(FILE, elsewhere)) {
            commit(elsewhere, table, 4, bytes(44));
            other.observer = step -> {
                if (step.op() == FaultDisk.Op.WRITE) {
                    assertEquals("one write", null, written.get());
                    written.set(step);
                }
            };
            commit(elsewhere, table, 5, bytes(55));
        }
        Medium medium = medium(disk);
        try (TableStore table = new TableStore(FILE, medium)) {
            commit(medium, table, 4, bytes(4));
        }
        int at = (int) written.get().position();
        byte[] stale = Arrays.copyOfRange(other.bytes(FILE.toString()), at, at + written.get().length());
        disk.overwrite(FILE.toString(), at, stale);
        try (TableStore table = new TableStore(FILE, medium)) {
            assertEquals(4, table.lastSequence());
            assertArrayEquals(bytes(4), table.bytes(4).orElseThrow());
            commit(medium, table, 5, bytes(5)); // where the stale one lies
        }
        try (TableStore table = new TableStore(FILE, medium)) {
            assertArrayEquals(bytes(5), table.bytes(5).orElseThrow());
        }
    }

    /** What is made ready while the journal has the open window touches nothing; a window of the table's own lets it out (rules V4, V5). */
    @Test
    public void whatIsMadeReadyIsWrittenInItsOwnWindowOnly() throws Exception {
        Bench bench = new Bench(ProofBench.FOLDER);
        FaultDisk disk = new FaultDisk();
        bench.disk = disk;
        disk.createFolder(ProofBench.FOLDER.getParent());
        List<StoredRecord> batch;
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
            Registers now = vault.registers();
            Change change = RegisterState.apply(
                    now, new RegisterOperation.Frank(10, "letter"), x -> Optional.empty(), bench.now);
            byte[] hash = vault.log(now.sequence(), 1).get(0).hash();
            batch = List.of(new RecordCodec(new Seal(bench.keys)).encode(Bench.id(9), "frank", change, bench.now, hash));
        }
        WriteWindows windows = bench.windows();
        long sequence = batch.get(0).sequence();
        try (TableStore table = new TableStore(FILE, new Medium(disk, windows, new Counters()))) {
            WriteWindows.Window journal = windows.open(Segment.NAME, sequence);
            int steps = disk.steps();
            table.prepare(batch);
            assertEquals(steps, disk.steps());
            assertArrayEquals(batch.get(0).bytes(), table.bytes(sequence).orElseThrow());
            assertEquals(
                    RegisterCode.WINDOW_VIOLATED,
                    assertThrows(StoreException.class, () -> table.append(journal, batch)).code());
            assertEquals(steps, disk.steps());
            windows.close(journal);
            WriteWindows.Window own = windows.open(TableStore.NAME, sequence);
            table.append(own, batch);
            windows.close(own);
        }
        try (TableStore table = new TableStore(FILE, new Medium(disk, windows, new Counters()))) {
            assertArrayEquals(batch.get(0).bytes(), table.bytes(sequence).orElseThrow());
        }
    }

    /** The same in its own life is. */
    @Test
    public void theNextChunkIsFollowed() throws Exception {
        FaultDisk disk = withThree();
        Medium medium = medium(disk);
        try (TableStore table = new TableStore(FILE, medium)) {
            commit(medium, table, 4, bytes(4));
            commit(medium, table, 5, bytes(5));
        }
        try (TableStore table = new TableStore(FILE, medium)) {
            assertEquals(5, table.lastSequence());
        }
    }
}
