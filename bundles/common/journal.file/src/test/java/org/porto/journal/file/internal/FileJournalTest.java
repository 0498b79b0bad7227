// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.file.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalRecord;
import org.porto.model.api.RefusedException;

public class FileJournalTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-22T01:02:03.456Z"));
    private final FileJournals journals = new FileJournals(CLOCK);
    private Path path;

    @Before
    public void path() {
        path = folder.getRoot().toPath().resolve("log/a.journal");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> contents() throws RefusedException {
        try (Journal journal = journals.open(path)) {
            return contents(journal, 0);
        }
    }

    private static List<String> contents(Journal journal, long from) throws RefusedException {
        List<String> all = new ArrayList<>();
        journal.replay(from, record ->
                all.add(record.sequence() + ":" + record.type() + ":" + new String(record.payload(), StandardCharsets.UTF_8)));
        return all;
    }

    private static void assertRefused(String code, org.junit.function.ThrowingRunnable act) {
        assertEquals(code, assertThrows(RefusedException.class, act).code());
    }

    @Test
    public void recordsComeBackInOrder() throws Exception {
        try (Journal journal = journals.open(path)) {
            assertEquals(0, journal.lastSequence());
            assertEquals(0, journal.verify());
            JournalRecord first = journal.append(0, new byte[0]);
            assertEquals(1, first.sequence());
            assertEquals(CLOCK.instant(), first.time());
            JournalRecord second = journal.append(255, bytes("b"));
            assertFalse(Arrays.equals(first.hash(), second.hash()));
            assertEquals(3, journal.appendAll(7, List.of(bytes("c"), bytes("d"), bytes("e"))).size());
            assertEquals(List.of(), journal.appendAll(7, List.of()));
            assertEquals(5, journal.lastSequence());
            List<JournalRecord> found = new ArrayList<>();
            journal.replay(2, found::add);
            assertEquals(4, found.size());
            assertEquals(CLOCK.instant(), found.get(0).time());
            assertArrayEquals(second.hash(), found.get(0).hash());
        }
        assertEquals(List.of("1:0:", "2:255:b", "3:7:c", "4:7:d", "5:7:e"), contents());
    }

    @Test
    public void oneOpenerAtATime() throws Exception {
        try (Journal journal = journals.open(path)) {
            assertRefused("JRN-002", () -> journals.open(path));
            assertRefused("JRN-002", () -> new FileJournals(CLOCK).open(path));
            journal.append(1, bytes("still mine"));
        }
        journals.open(path).close();
    }

    @Test
    public void closedJournalsRefuse() throws Exception {
        Journal journal = journals.open(path);
        journal.close();
        journal.close();
        assertRefused("JRN-005", () -> journal.append(1, new byte[1]));
        assertRefused("JRN-005", () -> journal.replay(1, r -> {}));
        Journal forgotten = journals.open(path);
        journals.close();
        assertRefused("JRN-005", () -> forgotten.append(1, new byte[1]));
    }

    @Test
    public void sizesAreBounded() throws Exception {
        try (Journal journal = journals.open(path)) {
            assertRefused("JRN-004", () -> journal.append(1, new byte[Journal.PAYLOAD_BYTES_MAX + 1]));
            assertThrows(IllegalArgumentException.class, () -> journal.append(256, new byte[1]));
            byte[] most = new byte[Journal.PAYLOAD_BYTES_MAX];
            Arrays.fill(most, (byte) 5);
            journal.append(1, bytes("x"));
            journal.appendAll(1, List.of(most, bytes("y"), most));
            assertEquals(4, journal.verify());
        }
        try (Journal journal = journals.open(path)) {
            assertEquals(4, journal.lastSequence());
        }
    }

    /** A tail torn at every byte of the last record: exactly that record goes, and writing goes on. */
    @Test
    public void tornTailAtEveryByte() throws Exception {
        long before;
        try (Journal journal = journals.open(path)) {
            journal.append(1, bytes("one"));
            journal.append(1, bytes("two"));
            before = Files.size(path);
            journal.append(1, bytes("three, the last one"));
        }
        byte[] whole = Files.readAllBytes(path);
        for (int length = (int) before; length < whole.length; length++) {
            for (boolean zeroed : new boolean[] {false, true}) {
                byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, length), zeroed ? whole.length : length);
                if (Arrays.equals(torn, whole)) {
                    continue;
                }
                Files.write(path, torn);
                assertEquals("" + length, List.of("1:1:one", "2:1:two"), contents());
                assertEquals(before, Files.size(path));
                try (Journal journal = journals.open(path)) {
                    assertEquals(3, journal.append(2, bytes("next")).sequence());
                }
                assertEquals(List.of("1:1:one", "2:1:two", "3:2:next"), contents());
            }
        }
        for (int bit = (int) before * 8; bit < whole.length * 8; bit++) {
            byte[] torn = whole.clone();
            torn[bit >> 3] ^= (byte) (1 << (bit & 7));
            Files.write(path, torn);
            assertEquals("bit " + bit, List.of("1:1:one", "2:1:two"), contents());
        }
    }

    /** Damage before the tail refuses the opening and leaves the file alone. */
    @Test
    public void damageEarlierAtEveryBit() throws Exception {
        try (Journal journal = journals.open(path)) {
            journal.append(1, bytes("one"));
            journal.append(1, bytes("two"));
            journal.append(1, bytes("three"));
        }
        byte[] whole = Files.readAllBytes(path);
        int last = whole.length - Frame.OVERHEAD_BYTES - 5;
        for (int bit = 0; bit < last * 8; bit++) {
            byte[] bad = whole.clone();
            bad[bit >> 3] ^= (byte) (1 << (bit & 7));
            Files.write(path, bad);
            assertRefused("JRN-001", () -> journals.open(path));
            assertArrayEquals(bad, Files.readAllBytes(path));
        }
        for (int length = 0; length < Frame.HEADER_BYTES; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            assertRefused("JRN-001", () -> journals.open(path));
        }
    }

    /** Whole records in the wrong place: left out, swapped, repeated, or with another history. */
    @Test
    public void theChainIsChecked() throws Exception {
        int one = Frame.OVERHEAD_BYTES + 3;
        int head = Frame.HEADER_BYTES;
        try (Journal journal = journals.open(path)) {
            for (String text : new String[] {"one", "two", "thr", "fou"}) {
                journal.append(1, bytes(text));
            }
        }
        byte[] whole = Files.readAllBytes(path);
        assertEquals(head + 4 * one, whole.length);
        int[][] orders = {{0, 2, 3}, {1, 2, 3}, {0, 2, 1, 3}, {0, 1, 1, 2, 3}, {0, 1, 3}, {3}};
        for (int[] order : orders) {
            ByteBuffer out = ByteBuffer.allocate(head + order.length * one).put(whole, 0, head);
            for (int i : order) {
                out.put(whole, head + i * one, one);
            }
            Files.write(path, out.array());
            assertRefused("JRN-001", () -> journals.open(path));
        }
        // A record rewritten with a right CRC but without the chain.
        byte[] forged = whole.clone();
        forged[head + Frame.HEAD_BYTES] = 'X';
        ByteBuffer.wrap(forged).putInt(head + one - 4, Frame.crc(forged, head, one - 4));
        Files.write(path, forged);
        assertRefused("JRN-001", () -> journals.open(path));
    }

    /** The blocks of one batch may reach the disk in any order: whatever is missing, a prefix survives and nothing else. */
    @Test
    public void reorderedBatchIsCutToAPrefix() throws Exception {
        long durable;
        try (Journal journal = journals.open(path)) {
            journal.append(1, bytes("one"));
            durable = Files.size(path);
            journal.appendAll(1, List.of(bytes("two"), bytes("thr"), bytes("fou")));
        }
        byte[] whole = Files.readAllBytes(path);
        int one = Frame.OVERHEAD_BYTES + 3;
        List<String> texts = List.of("1:1:one", "2:1:two", "3:1:thr", "4:1:fou");
        for (int mask = 0; mask < 8; mask++) {
            byte[] torn = whole.clone();
            int prefix = 1;
            for (int i = 0; i < 3; i++) {
                if ((mask >> i & 1) == 0) {
                    Arrays.fill(torn, (int) durable + i * one, (int) durable + (i + 1) * one, (byte) 0);
                } else if (prefix == i + 1) {
                    prefix++;
                }
            }
            Files.write(path, torn);
            assertEquals("mask " + mask, texts.subList(0, prefix), contents());
        }
        // The same hole below a later, durable record is damage.
        Files.write(path, whole);
        try (Journal journal = journals.open(path)) {
            journal.append(1, bytes("fiv"));
        }
        byte[] holed = Files.readAllBytes(path);
        Arrays.fill(holed, (int) durable, (int) durable + one, (byte) 0);
        Files.write(path, holed);
        assertRefused("JRN-001", () -> journals.open(path));
    }

    /** Every changing step of a scenario fails once, clean and torn: what was acknowledged is there, what was not may be. */
    @Test
    public void everyStepFails() throws Exception {
        for (int torn = 0; torn <= 8; torn += 2) {
            boolean reachedEnd = false;
            for (int failAt = 1; !reachedEnd; failAt++) {
                Path file = folder.newFolder().toPath().resolve("b.journal");
                FaultyDisk disk = new FaultyDisk();
                disk.failAt = failAt;
                disk.tornEighths = torn;
                disk.writeMax = 100;
                List<List<String>> allowed = new ArrayList<>();
                reachedEnd = scenario(new FileJournals(CLOCK, disk), file, allowed);
                try (Journal journal = journals.open(file)) {
                    List<String> found = contents(journal, 0);
                    assertTrue("step " + failAt + " torn " + torn + ": " + found + " is none of " + allowed, allowed.contains(found));
                    assertEquals(found.size(), journal.verify());
                    long next = journal.append(9, bytes("after")).sequence();
                    assertTrue(next > found.size() - 1);
                }
                assertTrue("never ends", failAt < 200);
            }
        }
    }

    /** @param allowed what the file may hold afterwards @return whether all went through */
    private static boolean scenario(FileJournals journals, Path file, List<List<String>> allowed) {
        allowed.add(List.of());
        try (Journal journal = journals.open(file)) {
            allowed.add(List.of("1:1:a"));
            journal.append(1, bytes("a"));
            done(allowed);
            allowed.addAll(List.of(List.of("1:1:a", "2:2:b"), List.of("1:1:a", "2:2:b", "3:2:c")));
            journal.appendAll(2, List.of(bytes("b"), bytes("c")));
            done(allowed);
            allowed.add(List.of("4:3:k", "5:3:l"));
            journal.compact(3, List.of(bytes("k"), bytes("l")));
            done(allowed);
            allowed.add(List.of("4:3:k", "5:3:l", "6:4:m"));
            journal.append(4, bytes("m"));
            done(allowed);
            return true;
        } catch (RefusedException e) {
            assertEquals("JRN-003", e.code());
            return false;
        }
    }

    private static void done(List<List<String>> allowed) {
        List<String> only = allowed.get(allowed.size() - 1);
        allowed.clear();
        allowed.add(only);
    }

    /** After a failed sync nothing is trusted: every later call refuses until reopened. */
    @Test
    public void failedSyncClosesTheJournal() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        Journal journal = new FileJournals(CLOCK, disk).open(path);
        journal.append(1, bytes("a"));
        disk.failAt = disk.steps + 1;
        disk.failSyncsOnly = true;
        assertRefused("JRN-003", () -> journal.append(1, bytes("b")));
        disk.failAt = 0;
        assertRefused("JRN-003", () -> journal.append(1, bytes("c")));
        assertRefused("JRN-003", () -> journal.replay(0, r -> {}));
        assertRefused("JRN-003", () -> journal.compact(1, List.of()));
        assertEquals(1, journal.lastSequence());
        journal.close();
        assertEquals(List.of("1:1:a", "2:1:b"), contents());
    }

    @Test
    public void shortWritesAreCarriedOn() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        disk.writeMax = 1;
        FileJournals slow = new FileJournals(CLOCK, disk);
        try (Journal journal = slow.open(path)) {
            journal.append(1, bytes("a"));
            journal.append(1, bytes("b"));
        }
        assertEquals(List.of("1:1:a", "2:1:b"), contents());
    }

    @Test
    public void compactionKeepsNumbersRising() throws Exception {
        byte[] hash;
        try (Journal journal = journals.open(path)) {
            journal.appendAll(1, List.of(bytes("a"), bytes("b")));
            journal.compact(5, List.of(bytes("k")));
            assertEquals(3, journal.lastSequence());
            assertEquals(1, journal.verify());
            journal.compact(5, List.of());
            assertEquals(3, journal.lastSequence());
            assertEquals(0, journal.verify());
            hash = journal.append(6, bytes("z")).hash();
        }
        try (Journal journal = journals.open(path)) {
            assertEquals(List.of("4:6:z"), contents(journal, 0));
            List<JournalRecord> found = new ArrayList<>();
            journal.replay(4, found::add);
            assertArrayEquals(hash, found.get(0).hash());
        }
        assertFalse(Files.exists(path.resolveSibling("a.journal.new")));
    }

    @Test
    public void replaysRunBesideWriters() throws Exception {
        try (Journal journal = journals.open(path)) {
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<?>> work = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                work.add(threads.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        journal.append(1, bytes("x"));
                        if (i == 50) {
                            journal.compact(2, List.of(bytes("k")));
                        }
                    }
                    return null;
                }));
                work.add(threads.submit(() -> {
                    for (int i = 0; i < 50; i++) {
                        long[] last = {-1};
                        journal.replay(0, record -> {
                            assertTrue(last[0] < 0 || record.sequence() == last[0] + 1);
                            last[0] = record.sequence();
                        });
                    }
                    return null;
                }));
            }
            for (Future<?> each : work) {
                each.get(60, TimeUnit.SECONDS);
            }
            threads.shutdown();
            assertEquals(202, journal.lastSequence());
        }
        contents();
    }

    /** Every start sequence across the marks of the index, after appends, after a reopening and after a compaction. */
    @Test
    public void replayFromAnywhere() throws Exception {
        List<byte[]> many = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            many.add(bytes("r" + i));
        }
        try (Journal journal = journals.open(path)) {
            journal.appendAll(1, many);
            checkFrom(journal, 5000, 1);
        }
        try (Journal journal = journals.open(path)) {
            checkFrom(journal, 5000, 1);
            journal.compact(1, many.subList(0, 2500));
            checkFrom(journal, 7500, 5001);
        }
        try (Journal journal = journals.open(path)) {
            checkFrom(journal, 7500, 5001);
        }
    }

    private static void checkFrom(Journal journal, long last, long first) throws RefusedException {
        for (long from : new long[] {-1, 0, 1, 2, 1023, 1024, 1025, 1026, 2048, 2049, 4999, 5000, 5001, 5002, 6025, 7499, 7500, 7501}) {
            long[] count = {0};
            long[] least = {Long.MAX_VALUE};
            journal.replay(from, record -> {
                count[0]++;
                least[0] = Math.min(least[0], record.sequence());
            });
            long begin = Math.max(from, first);
            assertEquals("from " + from, Math.max(0, last - begin + 1), count[0]);
            assertTrue(count[0] == 0 || least[0] == begin);
        }
    }
}
