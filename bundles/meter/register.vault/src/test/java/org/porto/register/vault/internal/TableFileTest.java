// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        Matcher id = Pattern.compile("chunk:([0-9a-f]+)").matcher(new String(stale, 0, 200, StandardCharsets.ISO_8859_1));
        assertTrue(id.find());
        FaultDisk anchored = disk.copy();
        TableAnchor anchor = new TableAnchor(1, at / Disk.BLOCK, Integer.parseInt(id.group(1), 16), Long.MAX_VALUE, 7);
        anchored.overwrite(FILE.toString(), Disk.BLOCK, anchor.encode().array());
        assertEquals("an anchor names its chunk by its CRC too", 4, last(anchored));
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

    private static long last(FaultDisk disk) throws Exception {
        try (TableStore table = new TableStore(FILE, medium(disk))) {
            return table.lastSequence();
        }
    }

    /** One that is torn or damaged anywhere ends the chain in front of it. */
    @Test
    public void aChunkIsTakenOnlyToItsLastByte() throws Exception {
        FaultDisk disk = withThree();
        AtomicReference<FaultDisk.Step> written = new AtomicReference<>();
        disk.observer = step -> {
            if (step.op() == FaultDisk.Op.WRITE && step.position() >= TableAnchor.SLOTS * 4096L) {
                written.set(step);
            }
        };
        Medium medium = medium(disk);
        try (TableStore table = new TableStore(FILE, medium)) {
            commit(medium, table, 4, bytes(4));
        }
        disk.observer = step -> {};
        assertEquals(4, last(disk.copy()));
        long from = written.get().position();
        for (long at = from; at < from + written.get().length(); at += at < from + 200 ? 1 : 37) {
            FaultDisk bad = disk.copy();
            bad.flip(FILE.toString(), at * 8 + 2);
            assertEquals("byte " + (at - from), 3, last(bad));
        }
        FaultDisk cut = disk.copy();
        cut.cut(FILE.toString(), from + written.get().length() - 1);
        assertEquals("cut short", 3, last(cut));
    }

    /** Of two anchors one may be anything; without both the file is damage, never an empty table. */
    @Test
    public void eitherAnchorLeadsToTheNewest() throws Exception {
        FaultDisk disk = withThree();
        Medium medium = medium(disk);
        try (TableStore table = new TableStore(FILE, medium)) {
            for (int sequence = 4; sequence <= 60; sequence++) {
                commit(medium, table, sequence, bytes(sequence));
            }
        }
        for (int slot = 0; slot < TableAnchor.SLOTS; slot++) {
            for (int at = 0; at < TableAnchor.BYTES; at++) {
                FaultDisk bad = disk.copy();
                bad.flip(FILE.toString(), (slot * 4096L + at) * 8);
                assertEquals("anchor " + slot + ", byte " + at, 60, last(bad));
            }
        }
        FaultDisk none = disk.copy();
        none.flip(FILE.toString(), 0);
        none.flip(FILE.toString(), 4096 * 8);
        assertEquals(
                RegisterCode.RECORD_BROKEN,
                assertThrows(StoreException.class, () -> last(none)).code());
        FaultDisk zeros = disk.copy();
        zeros.overwrite(FILE.toString(), 0, new byte[2 * 4096]);
        assertEquals("blank", 0, last(zeros)); // the journal knows better: Opening
    }

    /** The file is used round and round; what either anchor leads through stays whole until nobody needs it. */
    @Test
    public void noStateOnAChainIsWrittenOver() throws Exception {
        FaultDisk disk = withThree();
        Medium medium = medium(disk);
        try (TableStore table = new TableStore(FILE, medium)) {
            for (int i = 0; i < 4; i++) {
                medium.maintain(TableStore.NAME, () -> table.grow(Medium.PIECE)); // some twenty chunks, then from the start again
            }
            for (int i = 4; i <= 240; i++) {
                long sequence = i;
                medium.maintain(TableStore.NAME, () -> {
                    table.put(sequence, bytes((int) sequence));
                    table.keepOnly(sequence, 1, 1);
                    table.put(1 + sequence % 3, bytes((int) sequence));
                    table.commit();
                });
                if (i % 9 == 0) {
                    for (int slot = 0; slot < TableAnchor.SLOTS; slot++) {
                        FaultDisk bad = disk.copy();
                        bad.flip(FILE.toString(), slot * 4096L * 8);
                        assertEquals("without anchor " + slot + " at " + i, i, last(bad));
                    }
                }
            }
        }
    }

    /** Whole by its CRC, and names a place that is none. */
    @Test
    public void anAnchorThatLeadsNowhereIsPassedOver() throws Exception {
        FaultDisk disk = withThree();
        for (long block : new long[] {-1, 0, 1, 1 << 20, Long.MAX_VALUE / 4096}) {
            FaultDisk bad = disk.copy();
            bad.overwrite(FILE.toString(), 4096, new TableAnchor(1, block, 99, Long.MAX_VALUE, 7).encode().array());
            assertEquals("block " + block, 3, last(bad));
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
