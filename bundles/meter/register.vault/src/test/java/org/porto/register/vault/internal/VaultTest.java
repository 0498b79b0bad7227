// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.porto.register.vault.internal.Bench.id;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.Registers;

public class VaultTest {

    @Rule
    public final TemporaryFolder temp = new TemporaryFolder();

    private static final Path JOURNAL = Path.of("journal-000001");

    private Bench bench;

    @Before
    public void bench() throws Exception {
        bench = new Bench(temp.newFolder().toPath());
    }

    @Test
    public void aMeterLivesFromPresetsToWithdrawalAndIsReadableWithoutItsKeys() throws Exception {
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
            vault.post(id(10), new RegisterOperation.Frank(900, "letter"));
            vault.post(id(11), new RegisterOperation.FrankByCard(1_500, "parcel", "0000000000000001"));
            vault.post(id(12), new RegisterOperation.TransferOut(5_000, 50, "0000000000000001"));
            assertEquals(1, vault.inTransit().size());
            RegisterRecord done = vault.post(id(13), new RegisterOperation.TransferDone(id(12)));
            assertEquals(5_000, done.amountMils());
            assertEquals(50, done.feeMils());
            assertEquals("0000000000000001", done.reference());
            vault.post(id(14), new RegisterOperation.Withdraw());
            Registers end = vault.registers();
            assertEquals(MeterState.WITHDRAWN, end.state());
            assertEquals(94_050, end.withdrawn());
            assertEquals(50, end.fees());
            assertEquals(2, end.pieceCount());
            assertTrue(end.balanced());
            assertEquals(8, vault.verify());
        }
        bench.keys.zeroise();
        try (Vault vault = bench.vault()) {
            assertEquals(MeterState.WITHDRAWN, vault.registers().state());
        }
    }

    @Test
    public void keysGoneWithoutWithdrawalLock() throws Exception {
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
        }
        bench.keys.zeroise();
        try (Vault vault = bench.vault()) {
            refused("REG-012", vault::registers);
        }
    }

    @Test
    public void theSameIdBringsTheSameRecordAndOtherContentsAreRefused() throws Exception {
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
            RegisterRecord first = vault.post(id(10), new RegisterOperation.Frank(900, "letter"));
            RegisterRecord again = vault.post(id(10), new RegisterOperation.Frank(900, "letter"));
            assertArrayEquals(first.hash(), again.hash());
            assertEquals(first.after(), again.after());
            refused("REG-006", () -> vault.post(id(10), new RegisterOperation.Frank(901, "letter")));
            refused("REG-006", () -> vault.post(id(10), new RegisterOperation.Frank(900, "parcel")));
            refused("REG-006", () -> vault.post(id(10), new RegisterOperation.Unlock()));
            assertEquals(4, vault.registers().sequence());
        }
        try (Vault vault = bench.vault()) {
            assertEquals(4, vault.post(id(10), new RegisterOperation.Frank(900, "letter")).sequence());
            refused("REG-006", () -> vault.post(id(10), new RegisterOperation.Frank(901, "letter")));
        }
    }

    @Test
    public void recordsSurviveAKeyRollOver() throws Exception {
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
            bench.keys.rollOver(Seal.KEY);
            vault.post(id(10), new RegisterOperation.Frank(900, "letter"));
            assertEquals(4, vault.verify());
        }
        try (Vault vault = bench.vault()) {
            assertEquals(4, vault.verify());
        }
    }

    @Test
    public void aClockThatWentBackIsToleratedForADayAndThenRefused() throws Exception {
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
            bench.now = Bench.START.minus(Duration.ofHours(23));
            assertEquals(Bench.START, vault.post(id(10), new RegisterOperation.Frank(900, "letter")).time());
            bench.now = Bench.START.minus(Duration.ofHours(25));
            refused("REG-013", () -> vault.post(id(11), new RegisterOperation.Frank(900, "letter")));
            assertEquals(4, vault.registers().sequence());
        }
    }

    /** Two tills of the same meter: both stores whole, and each with another fourth record. */
    @Test
    public void storesThatDifferLockWithACaseFile() throws Exception {
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
        }
        Bench other = new Bench(temp.newFolder().toPath());
        for (Path file : List.of(JOURNAL, Path.of(Stores.TABLE_FILE))) {
            Files.copy(bench.folder.resolve(file), other.folder.resolve(file));
        }
        other.keys.symmetricKey(Seal.KEY);
        try (Vault vault = bench.vault();
                Vault second = other.vault()) {
            vault.post(id(10), new RegisterOperation.Frank(900, "letter"));
            second.post(id(11), new RegisterOperation.Frank(800, "letter"));
        }
        Files.copy(other.folder.resolve(JOURNAL), bench.folder.resolve(JOURNAL), StandardCopyOption.REPLACE_EXISTING);
        for (int i = 0; i < 2; i++) {
            try (Vault vault = bench.vault()) {
                refused("REG-012", vault::registers);
                refused("REG-012", () -> vault.post(id(12), new RegisterOperation.Frank(900, "letter")));
                assertEquals("locked", vault.health().state());
                assertEquals(1, vault.cases().size());
                assertTrue(vault.cases().get(0).text(), vault.cases().get(0).text().contains("journal-last-record: 4"));
                assertTrue(vault.cases().get(0).locks());
            }
        }
    }

    @Test
    public void aStoreSetBackIsRepairedFromTheOtherWithAReport() throws Exception {
        Path old = temp.newFolder().toPath().resolve("old");
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
        }
        Files.copy(bench.folder.resolve(JOURNAL), old);
        try (Vault vault = bench.vault()) {
            vault.post(id(10), new RegisterOperation.Frank(900, "letter"));
            vault.post(id(11), new RegisterOperation.Frank(900, "letter"));
        }
        Files.copy(old, bench.folder.resolve(JOURNAL), StandardCopyOption.REPLACE_EXISTING);
        try (Vault vault = bench.vault()) {
            assertEquals(5, vault.registers().sequence());
            assertEquals(5, vault.verify());
            assertEquals("repair-1", vault.cases().get(0).name());
            assertFalse(vault.cases().get(0).locks());
        }
    }

    @Test
    public void aStoreOneRecordBehindIsRepairedFromTheOther() throws Exception {
        for (String file : List.of(JOURNAL.toString(), Stores.TABLE_FILE)) {
            bench = new Bench(temp.newFolder().toPath());
            Path old = temp.newFolder().toPath().resolve("old");
            try (Vault vault = bench.vault()) {
                Bench.start(vault);
            }
            Files.copy(bench.folder.resolve(file), old);
            try (Vault vault = bench.vault()) {
                vault.post(id(10), new RegisterOperation.TransferOut(900, 0, "card"));
            }
            Files.copy(old, bench.folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            try (Vault vault = bench.vault()) {
                assertEquals(file, 4, vault.registers().sequence());
                assertEquals(1, vault.inTransit().size());
                assertEquals(4, vault.verify());
                vault.post(id(11), new RegisterOperation.TransferUndone(id(10)));
                assertEquals(100_000, vault.registers().descending());
            }
        }
    }

    @Test
    public void aDamagedStoreIsMadeAnewFromTheOther() throws Exception {
        for (String file : List.of(JOURNAL.toString(), Stores.TABLE_FILE)) {
            bench = new Bench(temp.newFolder().toPath());
            try (Vault vault = bench.vault()) {
                Bench.start(vault);
                vault.post(id(10), new RegisterOperation.Frank(900, "letter"));
            }
            byte[] garbage = new byte[20_000];
            java.util.Arrays.fill(garbage, (byte) 0x5A);
            Files.write(bench.folder.resolve(file), garbage);
            try (Vault vault = bench.vault()) {
                assertEquals(file, 4, vault.registers().sequence());
                assertEquals(4, vault.verify());
                assertEquals(4, vault.post(id(10), new RegisterOperation.Frank(900, "letter")).sequence());
                vault.post(id(11), new RegisterOperation.Frank(100, "letter"));
            }
            assertTrue(Files.exists(bench.folder.resolve("repair-1")));
        }
    }

    @Test
    public void anyBitFlippedInTheLastJournalRecordIsRepaired() throws Exception {
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
        }
        Path journal = bench.folder.resolve(JOURNAL);
        byte[] good = Files.readAllBytes(journal);
        int end = good.length;
        while (good[end - 1] == 0) {
            end--;
        }
        int last = end - java.nio.ByteBuffer.wrap(good).getInt(end - 8);
        for (int bit = last * 8; bit < end * 8; bit += 5) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(journal, bad);
            try (Vault vault = bench.vault()) {
                assertEquals("bit " + bit, 3, vault.registers().sequence());
            }
            assertArrayEquals("bit " + bit, good, Files.readAllBytes(journal));
        }
    }

    @Test
    public void damageUnderARunningVaultIsRepairedByVerify() throws Exception {
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
            vault.post(id(10), new RegisterOperation.Frank(900, "letter"));
            Path journal = bench.folder.resolve(JOURNAL);
            byte[] good = Files.readAllBytes(journal);
            byte[] bytes = good.clone();
            bytes[4096 + 100] ^= 1;
            Files.write(journal, bytes);
            assertEquals(4, vault.verify());
            assertEquals(1, vault.health().repairs());
            assertArrayEquals(good, Files.readAllBytes(journal));
        }
    }

    @Test
    public void aWriteWithoutItsWindowFaultsAndTheVaultComesBack() throws Exception {
        WriteWindows windows = bench.windows();
        try (Vault vault = bench.vault(windows)) {
            Bench.start(vault);
            windows.open("somebody", 4);
            UncertainException e = assertThrows(
                    UncertainException.class, () -> vault.post(id(10), new RegisterOperation.Frank(900, "letter")));
            assertEquals("REG-015", e.code());
            assertEquals(3, vault.registers().sequence());
            assertTrue(vault.find(id(10)).isEmpty());
            vault.post(id(10), new RegisterOperation.Frank(900, "letter"));
            assertEquals(4, vault.verify());
        }
    }

    @Test
    public void twoThreadsPostEachOnce() throws Exception {
        int each = 40;
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
            List<Future<?>> running = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                Callable<Void> work = () -> {
                    for (int i = 0; i < each; i++) {
                        vault.post(id(1000 + i), new RegisterOperation.Frank(100, "letter"));
                    }
                    return null;
                };
                running.add(threads.submit(work));
            }
            for (Future<?> future : running) {
                future.get();
            }
            assertEquals(100_000 - each * 100, vault.registers().descending());
            assertEquals(each, vault.registers().pieceCount());
            assertEquals(3 + each, vault.verify());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    public void aClosedVaultSaysSo() throws Exception {
        Vault vault = bench.vault();
        Bench.start(vault);
        vault.close();
        refused("REG-014", vault::registers);
    }

    @Test
    public void aSecondVaultOnTheSameFolderIsRefused() throws Exception {
        try (Vault vault = bench.vault();
                Vault second = bench.vault()) {
            Bench.start(vault);
            refused("REG-011", second::registers);
            assertEquals(3, vault.registers().sequence());
        }
    }

    static void refused(String code, Callable<?> act) {
        RefusedException e = assertThrows(RefusedException.class, act::call);
        assertEquals(e.getMessage(), code, e.code());
    }

    static void uncertain(String code, Callable<?> act) {
        UncertainException e = assertThrows(UncertainException.class, act::call);
        assertEquals(e.getMessage(), code, e.code());
    }
}
