// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.porto.model.api.PortoException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.Registers;

/** A process that debits from several threads and tells on a pipe what was acknowledged; killed at a random moment, again and again. */
final class KillLoop {

    private static final int THREADS = 4;
    private static final long AMOUNT = 10;

    private final Path folder;
    private final Random random;
    private final Map<Long, TransactionId> acknowledged = new TreeMap<>();
    private int round;

    KillLoop(Path folder, long seed) {
        this.folder = folder;
        this.random = new Random(seed);
    }

    int acknowledged() {
        return acknowledged.size();
    }

    private static Bench bench(Path folder) throws PortoException {
        TestKeys keys = new TestKeys();
        keys.symmetricKey(Seal.KEY);
        return ProofBench.real(folder, keys);
    }

    void once() throws Exception {
        round++;
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString(),
                        Integer.toString(round))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        boolean early = random.nextInt(6) == 0;
        long patience = early ? 150 + random.nextInt(600) : random.nextInt(800);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            String line = early ? "" : lines.readLine();
            Thread killer = new Thread(() -> {
                try {
                    child.waitFor(patience, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                } finally {
                    child.toHandle().destroyForcibly(); // SIGKILL, and what is in the pipe stays
                }
            });
            killer.start();
            while (line != null) {
                keep(line);
                line = lines.readLine();
            }
            killer.join();
        }
        child.waitFor();
        judge();
    }

    private void keep(String line) {
        String[] parts = line.split(" ");
        if (parts.length == 3 && parts[2].equals(".")) { // a line that was cut off says nothing
            acknowledged.put(Long.parseLong(parts[1]), new TransactionId(parts[0]));
        }
    }

    private void judge() throws Exception {
        String name = "kill " + round;
        try (Vault vault = bench(folder).vault()) {
            Registers registers = vault.registers();
            long last = acknowledged.keySet().stream().reduce(0L, (a, b) -> b);
            assertTrue(name + ": " + registers.sequence() + " records, acknowledged up to " + last, registers.sequence() >= last);
            for (Map.Entry<Long, TransactionId> entry : acknowledged.entrySet()) {
                long found = vault.find(entry.getValue()).map(RegisterRecord::sequence).orElse(0L);
                assertEquals(name + ": acknowledged and gone", (long) entry.getKey(), found);
            }
            if (registers.sequence() > 3) {
                assertEquals(name, registers.sequence() - 3, registers.pieceCount());
                assertEquals(name, registers.pieceCount() * AMOUNT, registers.cardTakings());
                assertEquals(name, registers.pieceCount() * AMOUNT, registers.ascending());
            }
            assertEquals(name, registers.sequence(), vault.verify());
        }
    }

    /** The process that is killed. */
    static final class Child {

        private Child() {}

        public static void main(String[] arguments) throws Exception {
            long round = Long.parseLong(arguments[1]);
            Thread parent = new Thread(() -> {
                try {
                    while (System.in.read() >= 0) {
                        continue;
                    }
                } catch (IOException e) {
                    // as good as its end
                }
                Runtime.getRuntime().halt(3);
            });
            parent.setDaemon(true);
            parent.start();
            Vault vault = bench(Path.of(arguments[0])).vault();
            List<RegisterOperation> running = Bench.running();
            for (int i = 0; i < running.size(); i++) {
                tell(vault.post(Bench.id(i + 1L), running.get(i)));
            }
            for (int thread = 0; thread < THREADS; thread++) {
                long first = round * 1_000_000_000L + thread * 100_000_000L;
                new Thread(() -> debit(vault, first)).start();
            }
        }

        private static void debit(Vault vault, long first) {
            try {
                for (long number = first; ; number++) {
                    tell(vault.post(Bench.id(number), new RegisterOperation.FrankByCard(AMOUNT, "letter", ProofBench.CARD)));
                }
            } catch (PortoException e) {
                System.err.println("child: " + e);
                Runtime.getRuntime().halt(4);
            }
        }

        /** One write, so that lines do not mix. */
        private static void tell(RegisterRecord record) {
            byte[] line = (record.transaction().value() + " " + record.sequence() + " .\n").getBytes(StandardCharsets.US_ASCII);
            synchronized (System.out) {
                System.out.write(line, 0, line.length);
                System.out.flush();
            }
        }
    }
}
