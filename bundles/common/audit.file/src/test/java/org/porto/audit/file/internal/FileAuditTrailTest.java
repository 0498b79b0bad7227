// SPDX-License-Identifier: Apache-2.0
package org.porto.audit.file.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.audit.api.AuditEntry;
import org.porto.journal.api.Journal;
import org.porto.journal.file.internal.FileJournals;
import org.porto.model.api.RefusedException;

public class FileAuditTrailTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private static final Instant NOW = Instant.parse("2026-11-22T01:02:03Z");
    private final FileJournals journals = new FileJournals(InstantSource.fixed(NOW));
    private String directory;

    @Before
    public void directory() {
        directory = folder.getRoot().toPath().resolve("audit").toString();
    }

    @Test
    public void entriesLastOverRestarts() throws Exception {
        FileAuditTrail trail = new FileAuditTrail(directory, journals);
        assertEquals(List.of(), trail.last(10));
        AuditEntry first = trail.record("anna", "register:lock", "METER001", "done");
        assertEquals(new AuditEntry(1, NOW, "anna", "register:lock", "METER001", "done"), first);
        trail.record("", "\u00e9\u20ac\ud83d\ude00", "", "REG-001");
        trail.close();
        FileAuditTrail again = new FileAuditTrail(directory, journals);
        again.record("system", "c", "d", "uncertain");
        assertEquals(3, again.verify());
        assertEquals(first, again.last(10_000).get(0));
        assertEquals(List.of(2L, 3L), again.last(2).stream().map(AuditEntry::sequence).toList());
        assertEquals("\u00e9\u20ac\ud83d\ude00", again.last(2).get(0).act());
        assertThrows(IllegalArgumentException.class, () -> again.last(0));
        assertThrows(IllegalArgumentException.class, () -> again.last(10_001));
        again.close();
    }

    @Test
    public void wordsAreBoundedAndOneLine() throws Exception {
        FileAuditTrail trail = new FileAuditTrail(directory, journals);
        AuditEntry entry = trail.record("a\nb\u001b[2J", "x".repeat(5000), "\u20ac".repeat(5000), "done");
        assertEquals("a b [2J", entry.principal());
        assertEquals("x".repeat(1024) + "...", entry.act());
        assertEquals("\u20ac".repeat(1024) + "...", entry.subject());
        trail.close();
    }

    @Test
    public void alteredTrailsAreRefused() throws Exception {
        FileAuditTrail trail = new FileAuditTrail(directory, journals);
        trail.record("anna", "a", "b", "done");
        trail.record("anna", "c", "d", "done");
        Path file = Path.of(directory, "audit.journal");
        byte[] whole = Files.readAllBytes(file);
        whole[80] ^= 1;
        Files.write(file, whole);
        assertEquals("JRN-001", assertThrows(RefusedException.class, trail::verify).code());
        assertEquals("JRN-001", assertThrows(RefusedException.class, () -> trail.last(5)).code());
        trail.close();
        RefusedException refused =
                assertThrows(RefusedException.class, () -> new FileAuditTrail(directory, journals));
        assertEquals("JRN-001", refused.code());
    }

    @Test
    public void foreignEntriesAreRefused() throws Exception {
        Path file = Path.of(directory, "audit.journal");
        for (byte[] foreign : new byte[][] {{}, {2}, {1}, {1, 0, 0}, {1, 0, 0, 0, 0, 0, 0, 0, 0, 9}}) {
            Files.deleteIfExists(file);
            try (Journal journal = journals.open(file)) {
                journal.append(1, foreign);
            }
            FileAuditTrail trail = new FileAuditTrail(directory, journals);
            assertEquals("JRN-001", assertThrows(RefusedException.class, () -> trail.last(1)).code());
            trail.close();
        }
    }

    @Test
    public void closedOrMisplacedTrailsRefuse() throws Exception {
        FileAuditTrail trail = new FileAuditTrail(directory, journals);
        trail.close();
        assertEquals("JRN-005", assertThrows(RefusedException.class, () -> trail.record("a", "b", "c", "d")).code());
        assertThrows(RefusedException.class, () -> new FileAuditTrail("relative", journals));
        RefusedException none =
                assertThrows(RefusedException.class, () -> new FileAuditTrail((String) null, journals));
        assertTrue(none.getMessage(), none.getMessage().contains("absolute"));
    }
}
