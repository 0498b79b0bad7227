// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.Registers;

/** A live segment writes the next records, in their own window and in its own room, and nothing else (rule V5). */
public class SegmentTest {

    private static final Path FILE = ProofBench.FOLDER.resolve("journal-000001");

    private final Bench bench = new Bench(ProofBench.FOLDER);
    private final FaultDisk disk = new FaultDisk();
    private final WriteWindows windows = bench.windows();
    private final List<StoredRecord> records = new ArrayList<>();
    private Segment segment;

    @Before
    public void live() throws Exception {
        disk.createFolder(ProofBench.FOLDER);
        Medium medium = new Medium(disk, windows, new Counters());
        Seal seal = new Seal(bench.keys);
        RecordCodec codec = new RecordCodec(seal);
        SegmentHeader header = SegmentHeader.of(1, 8192, Optional.empty(), List.of(), seal);
        segment = new Segment(
                FILE, disk.open(FILE), header, new IdIndex(), Optional.empty(), header.bytes().length, medium, codec);
        segment.live();
        Registers before = RegisterState.initial(Bench.EUR);
        byte[] hash = RecordCodec.genesis(Bench.SERIAL);
        for (int i = 0; i < 20; i++) {
            RegisterOperation operation = i < 3 ? Bench.running().get(i) : new RegisterOperation.Frank(10, "letter");
            Change change = RegisterState.apply(before, operation, x -> Optional.empty(), Bench.START);
            StoredRecord stored = codec.encode(Bench.id(i + 1), operation.kind(), change, Bench.START, hash);
            records.add(stored);
            before = stored.after();
            hash = stored.hash();
        }
    }

    @After
    public void close() {
        segment.close();
    }

    private void refused(String what, WriteWindows.Window window, List<StoredRecord> batch) {
        int steps = disk.steps();
        StoreException e = assertThrows(what, StoreException.class, () -> segment.append(window, batch));
        assertEquals(what, RegisterCode.WINDOW_VIOLATED, e.code());
        assertEquals(what, steps, disk.steps());
    }

    private void written(int from, int to) throws Exception {
        WriteWindows.Window window = windows.open(Segment.NAME, from, to);
        segment.append(window, records.subList(from - 1, to));
        windows.close(window);
        assertEquals(to, segment.lastSequence());
    }

    @Test
    public void inItsOwnWindowOnly() throws Exception {
        List<StoredRecord> one = records.subList(0, 1);
        refused("no window", null, one);
        WriteWindows.Window other = windows.open(TableStore.NAME, 1);
        refused("the table's", other, one);
        windows.close(other);
        refused("a closed one", other, one);
        WriteWindows.Window two = windows.open(Segment.NAME, 1, 2);
        refused("of more records", two, one);
        windows.close(two);
        WriteWindows.Window late = windows.open(Segment.NAME, 1);
        bench.nanos += 11_000_000_000L;
        refused("a late one", late, one);
        windows.drop();
        written(1, 1);
    }

    @Test
    public void onlyTheNextRecords() throws Exception {
        written(1, 3);
        for (int from : new int[] {3, 5}) {
            WriteWindows.Window window = windows.open(Segment.NAME, from);
            refused("record " + from, window, records.subList(from - 1, from));
            windows.close(window);
        }
        WriteWindows.Window window = windows.open(Segment.NAME, 4, 6);
        refused("one is missing", window, List.of(records.get(3), records.get(5)));
        windows.close(window);
        written(4, 5);
    }

    /** Behind its records a segment keeps the room of its trailer. */
    @Test
    public void onlyAsManyAsItHasRoomFor() throws Exception {
        WriteWindows.Window window = windows.open(Segment.NAME, 1, 20);
        refused("more than it holds", window, records);
        windows.close(window);
        int most = 0;
        for (long room = segment.room(); room >= records.get(most).bytes().length; most++) {
            room -= records.get(most).bytes().length;
        }
        written(1, most);
        WriteWindows.Window next = windows.open(Segment.NAME, most + 1);
        refused("one more", next, records.subList(most, most + 1));
        windows.close(next);
    }
}
