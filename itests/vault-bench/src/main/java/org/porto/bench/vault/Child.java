// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.porto.model.api.PortoException;
import org.porto.register.api.Registers;

/** What needs a virtual machine of its own, so that its heap and its start are nobody else's. Prints {@code key=value} lines. */
public final class Child {

    private static final int IDLE_VAULTS = 16;
    private static final long LIMIT_MINUTES = 60;

    private Child() {}

    public static void main(String[] arguments) throws BenchException {
        Path folder = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "make" -> History.make(folder, Long.parseLong(arguments[2]));
            case "fill" -> History.fill(folder);
            case "open" -> open(folder);
            case "verify" -> verify(folder);
            case "idle" -> idle(folder);
            default -> throw new BenchException(arguments[0]);
        }
        System.out.flush();
        System.exit(0); // whatever threads a vault that was only opened has
    }

    /** From the vault's construction until it shows its registers. */
    private static void open(Path folder) throws BenchException {
        var keys = Meter.keys(folder);
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            pool.resetPeakUsage();
        }
        long start = System.nanoTime();
        Meter meter = new Meter(folder, keys);
        Registers registers = registers(meter);
        long nanos = System.nanoTime() - start;
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        say("seconds", nanos / 1e9);
        say("heap_mb", peak / 1e6);
        say("records", registers.sequence());
        say("jvm_ms", ManagementFactory.getRuntimeMXBean().getUptime());
    }

    static Registers registers(Meter meter) throws BenchException {
        try {
            return meter.vault().registers();
        } catch (PortoException e) {
            throw new BenchException("registers", e);
        }
    }

    private static void verify(Path folder) throws BenchException {
        Meter meter = new Meter(folder);
        registers(meter);
        long start = System.nanoTime();
        try {
            say("records", meter.vault().verify());
        } catch (PortoException e) {
            throw new BenchException("verify", e);
        }
        say("seconds", (System.nanoTime() - start) / 1e9);
    }

    private static void idle(Path folder) throws BenchException {
        Meter warm = new Meter(folder.resolve("warm"));
        warm.operational();
        warm.post();
        long before = heap();
        List<Meter> meters = new ArrayList<>();
        for (int i = 0; i < IDLE_VAULTS; i++) {
            Meter meter = new Meter(folder.resolve("idle-" + i));
            meter.operational();
            for (int debit = 0; debit < 200; debit++) {
                meter.post();
            }
            meters.add(meter);
        }
        long after = heap();
        say("idle_heap_mb", (after - before) / 1e6 / meters.size());
        say("vaults", meters.size());
        for (Meter meter : meters) {
            meter.close();
        }
        warm.close();
    }

    /** What is in use after collections, bytes. */
    static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    static void say(String key, Object value) {
        System.out.println(key + "=" + value);
    }

    /** Runs one and reads what it says. */
    static Map<String, Double> run(List<String> flags, String... arguments) throws BenchException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        command.addAll(List.of(arguments));
        String what = String.join(" ", arguments);
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new BenchException(what + " failed");
            }
            Map<String, Double> values = new LinkedHashMap<>();
            for (String line : said.lines().toList()) {
                String[] pair = line.split("=", 2);
                values.put(pair[0], Double.valueOf(pair[1]));
            }
            return values;
        } catch (IOException e) {
            throw new BenchException(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException(what, e);
        }
    }
}
