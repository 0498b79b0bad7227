// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.Test;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;

/** What bounds a vault, and what it looks at before it shows a sum (rules V1, V2). */
public class LimitsTest {

    private final Bench bench;
    private final FaultDisk disk;

    public LimitsTest() throws Exception {
        CrashPoints.Ground ground = ProofBench.after(ProofBench.life().subList(0, 4));
        disk = ground.disk().copy();
        bench = ground.bench(disk);
        bench.segmentBytes = 64 * 1024;
    }

    // --- rule V2

    private static Registers registers(long descending, long inTransit, long refilled) {
        return new Registers(
                Bench.EUR, 0, descending, 0, inTransit, refilled, 0, 0, 0, 0, 0, 1, 5, Bench.LIMITS, MeterState.OPERATIONAL, "", Instant.EPOCH);
    }

    private static void balance(Registers registers, List<TransitItem> transit, String code) throws Exception {
        Ledger.View view = new Ledger.View(registers, transit, 5, 0);
        if (code.isEmpty()) {
            assertEquals(view, Ledger.check(view));
        } else {
            VaultTest.refused(code, () -> Ledger.check(view));
        }
    }

    @Test
    public void whatIsShownIsSummedUpFirst() throws Exception {
        TransitItem item = new TransitItem(Bench.id(1), 90, 10, "card", Bench.START);
        balance(registers(900, 100, 1_000), List.of(item), "");
        balance(registers(900, 0, 1_000), List.of(), "REG-010");
        balance(registers(901, 100, 1_000), List.of(item), "REG-010");
        balance(registers(900, 100, 1_000), List.of(), "REG-010");
        balance(registers(900, 100, 1_000), List.of(item, item), "REG-010");
    }

    /** Also what another thread, or a stray bit, changed in memory since. */
    @Test
    public void everyReaderSumsUp() throws Exception {
        try (Vault vault = bench.vault()) {
            vault.registers();
            Field ledger = Vault.class.getDeclaredField("ledger");
            ledger.setAccessible(true);
            Field view = Ledger.class.getDeclaredField("view");
            view.setAccessible(true);
            view.set(ledger.get(vault), new Ledger.View(registers(1_001, 0, 1_000), List.of(), 5, 0));
            VaultTest.refused("REG-010", vault::registers);
            VaultTest.refused("REG-010", vault::inTransit);
        }
    }

    @Test
    public void nothingIsWrittenFromOrToSumsThatAreWrong() {
        Registers wrong = registers(1_001, 0, 1_000);
        VaultTest.refused("REG-010", () -> RegisterState.apply(
                wrong, new RegisterOperation.Frank(2_000, "more than there is"), x -> Optional.empty(), Bench.START));
        TransitItem more = new TransitItem(Bench.id(1), 101, 0, "card", Bench.START);
        VaultTest.refused("REG-010", () -> RegisterState.apply(
                registers(900, 100, 1_000), new RegisterOperation.TransferDone(Bench.id(1)), x -> Optional.of(more), Bench.START));
    }

    // --- bounds

    @Test
    public void soManyTransfersAreOpenAtOnce() throws Exception {
        try (Vault vault = bench.vault()) {
            for (int i = 0; i < InTransit.MOST; i++) {
                vault.post(Bench.id(100 + i), new RegisterOperation.TransferOut(1, 0, "card"));
            }
            VaultTest.refused("REG-008", () -> vault.post(Bench.id(99), new RegisterOperation.TransferOut(1, 0, "card")));
            vault.post(Bench.id(98), new RegisterOperation.TransferUndone(Bench.id(100)));
            vault.post(Bench.id(99), new RegisterOperation.TransferOut(1, 0, "card"));
            assertEquals(InTransit.MOST, vault.inTransit().size());
        }
        try (Vault vault = bench.vault()) { // the checkpoint holds them all
            assertEquals(InTransit.MOST, vault.inTransit().size());
            assertEquals(4 + InTransit.MOST + 2, vault.verify());
        }
    }

    private Papers papers() throws Exception {
        disk.createFolder(ProofBench.FOLDER);
        return new Papers(disk, ProofBench.FOLDER, () -> bench.now);
    }

    @Test
    public void aPaperIsBounded() throws Exception {
        Papers papers = papers();
        papers.repair(Collections.nCopies(10_000, "line"));
        assertTrue(papers.read().get(0).text().lines().count() < 250);
        papers.repair(List.of("x".repeat(1_000_000)));
        assertTrue(disk.length(ProofBench.FOLDER.resolve("repair-2").toString()) <= 64 * 1024);
        disk.overwrite(ProofBench.FOLDER.resolve("repair-1").toString(), 0, new byte[1_000_000]);
        assertTrue(papers.read().stream().allMatch(paper -> paper.text().length() <= 64 * 1024));
    }

    @Test
    public void thereAreSoManyPapersAndNoMore() throws Exception {
        Papers papers = papers();
        for (int i = 0; i < 1_010; i++) {
            papers.repair(List.of("number " + i));
        }
        assertEquals(1_000, papers.read().size());
    }

    /** Each failed sync of the table sets one aside. */
    @Test
    public void soManyDamagedTablesAreKept() throws Exception {
        for (int i = 0; i < 12; i++) {
            disk.overwrite(ProofBench.Kind.TABLE.in(disk), 0, new byte[] {(byte) (1 + i)});
            disk.overwrite(ProofBench.Kind.TABLE.in(disk), 4096, new byte[] {(byte) (1 + i)});
            try (Vault vault = bench.vault()) {
                assertEquals(4, vault.registers().sequence());
            }
        }
        assertEquals(8, disk.files().stream().filter(file -> file.contains(".damaged-")).count());
    }

    /** A medium that takes nothing and does not say so holds nobody for ever. */
    @Test
    public void aWriteThatGetsNowhereFails() throws Exception {
        disk.createFolder(ProofBench.FOLDER);
        Path file = ProofBench.FOLDER.resolve("journal-000001");
        bench.disk = disk;
        try (Vault vault = bench.vault()) {
            vault.registers();
            disk.inject(FaultDisk.Effect.SHORT, 1_000, step -> step.op() == FaultDisk.Op.WRITE && step.file().equals(file.toString()));
            VaultTest.uncertain("REG-011", () -> vault.post(Bench.id(77), new RegisterOperation.Frank(10, "letter")));
            disk.heal();
            vault.post(Bench.id(77), new RegisterOperation.Frank(10, "letter"));
            assertEquals(5, vault.verify());
        }
    }
}
