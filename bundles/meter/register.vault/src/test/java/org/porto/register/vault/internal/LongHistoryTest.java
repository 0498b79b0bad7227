// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.porto.register.vault.internal.Bench.id;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;

/** Many segments: what is archived stays provable, findable, and repairable from its other copy. */
public class LongHistoryTest {

    private static final int DEBITS = 3000;

    @Rule
    public final TemporaryFolder temp = new TemporaryFolder();

    private Bench grown() throws Exception {
        return grown(10);
    }

    private Bench grown(long amount) throws Exception {
        Bench bench = new Bench(temp.newFolder().toPath());
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
            vault.post(id(5), new RegisterOperation.TransferOut(500, 5, "card"));
            for (int i = 0; i < DEBITS; i++) {
                vault.post(id(1000 + i), new RegisterOperation.Frank(amount, "letter"));
            }
        }
        return bench;
    }

    @Test
    public void historyIsVerifiedFoundAndRepeatedForEver() throws Exception {
        Bench bench = grown();
        for (int round = 0; round < 2; round++) {
            try (Vault vault = bench.vault()) {
                assertEquals(4 + DEBITS, vault.registers().sequence());
                assertTrue(vault.health().archivedRecords() > 2000);
                assertEquals(1, vault.inTransit().size());
                assertEquals(4 + DEBITS, vault.verify());
                for (int i = 0; i < DEBITS; i += 97) {
                    assertEquals(5 + i, vault.post(id(1000 + i), new RegisterOperation.Frank(10, "letter")).sequence());
                    int number = i;
                    VaultTest.refused("REG-006", () -> vault.post(id(1000 + number), new RegisterOperation.Frank(11, "letter")));
                }
                List<RegisterRecord> log = vault.log(1, 10_000);
                assertEquals(4 + DEBITS, log.size());
                for (int i = 0; i < log.size(); i++) {
                    assertEquals(i + 1, log.get(i).sequence());
                }
                assertEquals(5, vault.log(700, 5).size());
                assertTrue(vault.log(5 + DEBITS, 5).isEmpty());
                assertEquals(0, vault.health().repairs());
            }
        }
        try (Vault vault = bench.vault()) {
            vault.post(id(6), new RegisterOperation.TransferDone(id(5)));
            assertEquals(5 + DEBITS, vault.verify());
        }
    }

    @Test
    public void aDamagedCopyIsRestoredAndTwoAreFound() throws Exception {
        Bench bench = grown();
        for (String copy : List.of(Archive.JOURNAL, Archive.TABLE)) {
            for (int at : new int[] {20, 4096 + 50, 30_000, -20, -150}) {
                damage(bench, 3, copy, at);
                try (Vault vault = bench.vault()) {
                    assertEquals(copy + " at " + at, 4 + DEBITS, vault.verify());
                    assertEquals(copy + " at " + at, 1, vault.health().repairs());
                    assertEquals(4 + DEBITS, vault.verify());
                    assertEquals(1, vault.health().repairs());
                }
            }
        }
        Files.delete(bench.folder.resolve("archive/000002.journal"));
        try (Vault vault = bench.vault()) {
            assertEquals(4 + DEBITS, vault.verify());
        }
        damage(bench, 4, Archive.JOURNAL, 20_000);
        damage(bench, 4, Archive.TABLE, 40_000);
        try (Vault vault = bench.vault()) {
            VaultTest.refused("REG-018", vault::verify);
            vault.post(id(7), new RegisterOperation.Frank(10, "letter"));
            assertEquals(5 + DEBITS, vault.registers().sequence());
        }
    }

    /** Whole in itself, with its own checkpoint, in both copies, under the same keys: only the order of segments shows it. */
    @Test
    public void aSegmentOfAnotherLifeDoesNotFit() throws Exception {
        Bench bench = grown();
        Bench other = grown(11);
        for (int number : new int[] {1, 3, 10}) {
            List<byte[]> good = new java.util.ArrayList<>();
            for (String copy : List.of(Archive.JOURNAL, Archive.TABLE)) {
                String file = String.format("archive/%06d%s", number, copy);
                good.add(Files.readAllBytes(bench.folder.resolve(file)));
                Files.copy(other.folder.resolve(file), bench.folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            try (Vault vault = bench.vault()) {
                VaultTest.refused("REG-018", vault::verify);
                assertEquals(4 + DEBITS, vault.registers().sequence());
            }
            for (String copy : List.of(Archive.TABLE, Archive.JOURNAL)) {
                Files.write(bench.folder.resolve(String.format("archive/%06d%s", number, copy)), good.remove(good.size() - 1));
            }
        }
        try (Vault vault = bench.vault()) {
            assertEquals(4 + DEBITS, vault.verify());
            assertEquals(0, vault.health().repairs());
        }
    }

    @Test
    public void filesOfIdsAreMadeAnew() throws Exception {
        Bench bench = grown();
        List<Path> files;
        try (var archive = Files.list(bench.folder.resolve("archive"))) {
            files = archive.filter(file -> file.getFileName().toString().startsWith("ids-")).toList();
        }
        assertTrue(files.toString(), files.stream().anyMatch(file -> file.getFileName().toString().equals("ids-1-8")));
        assertFalse(files.toString(), files.stream().anyMatch(file -> file.getFileName().toString().equals("ids-1-1")));
        for (Path file : files) {
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            for (int at = 0; at < bad.length; at += 1024) {
                bad[at + 3] ^= 4;
            }
            for (byte[] content : new byte[][] {bad, new byte[0]}) {
                Files.write(file, content);
                try (Vault vault = bench.vault()) {
                    for (int i = 0; i < DEBITS; i += 37) {
                        assertEquals(5 + i, vault.post(id(1000 + i), new RegisterOperation.Frank(10, "letter")).sequence());
                    }
                    assertEquals(4 + DEBITS, vault.verify());
                }
                org.junit.Assert.assertArrayEquals(good, Files.readAllBytes(file));
            }
        }
    }

    private static void damage(Bench bench, int number, String copy, int at) throws Exception {
        Path file = bench.folder.resolve("archive").resolve(String.format("%06d%s", number, copy));
        byte[] bytes = Files.readAllBytes(file);
        bytes[at < 0 ? bytes.length + at : at] ^= 16;
        Files.write(file, bytes);
    }
}
