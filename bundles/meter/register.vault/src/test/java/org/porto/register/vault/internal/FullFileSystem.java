// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.porto.model.api.PortoException;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;

/** A real ext4 of a few megabytes, loop-mounted, that fills up under a vault and gets room again. Needs root. */
final class FullFileSystem {

    private static final long IMAGE_BYTES = 8L << 20;
    private static final int POSTS_MAX = 20_000;

    private FullFileSystem() {}

    /** @return empty, or why it could not be run */
    static String run() throws Exception {
        Path work = Files.createTempDirectory("porto-full");
        Path image = work.resolve("image");
        Path mounted = Files.createDirectory(work.resolve("mounted"));
        try {
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(IMAGE_BYTES);
            }
            String failed = command("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
            if (failed.isEmpty()) {
                failed = command("mount", "-o", "loop", image.toString(), mounted.toString());
            }
            if (!failed.isEmpty()) {
                return "no loop mount here: " + failed;
            }
            try {
                fill(mounted);
            } finally {
                command("umount", mounted.toString());
            }
            return "";
        } finally {
            ProveVault.delete(work);
        }
    }

    private static String command(String... words) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
            return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0 ? "" : words[0] + ": " + said;
        } catch (IOException e) {
            return words[0] + ": " + e.getMessage();
        }
    }

    private static void fill(Path mounted) throws Exception {
        TestKeys keys = new TestKeys();
        Bench bench = ProofBench.real(mounted.resolve("vault"), keys);
        Path ballast = mounted.resolve("ballast");
        long done = 0;
        try (Vault vault = bench.vault()) {
            Bench.start(vault);
            ballast(ballast, mounted);
            String code = "";
            while (code.isEmpty() && done < POSTS_MAX) {
                try {
                    vault.post(Bench.id(1_000 + done), frank());
                    done++;
                } catch (PortoException e) {
                    code = e.code();
                }
            }
            assertEquals("the file system never filled up", "REG-011", code);
            Files.delete(ballast);
        }
        try (Vault vault = bench.vault()) {
            long found = vault.registers().sequence();
            assertTrue("acknowledged " + (done + 3) + ", found " + found, found >= done + 3);
            for (long number = 0; number < done; number++) {
                assertEquals(number + 4, (long) vault.find(Bench.id(1_000 + number)).map(RegisterRecord::sequence).orElse(0L));
            }
            assertEquals(found, vault.verify());
            vault.post(Bench.id(1_000 + done), frank());
            vault.post(Bench.id(1_001 + done), frank());
            assertEquals(done + 5, vault.verify());
        }
    }

    private static RegisterOperation frank() {
        return new RegisterOperation.FrankByCard(10, "letter", ProofBench.CARD);
    }

    /** All but some hundred kilobytes. */
    private static void ballast(Path file, Path mounted) throws IOException {
        long room = Files.getFileStore(mounted).getUsableSpace() - (300 << 10);
        byte[] block = new byte[4096];
        try (var out = Files.newOutputStream(file)) {
            for (long at = 0; at < room; at += block.length) {
                out.write(block);
            }
        }
    }
}
