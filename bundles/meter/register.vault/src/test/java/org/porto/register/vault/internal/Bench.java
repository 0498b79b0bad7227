// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.porto.model.api.DeviceId;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;

/** A vault on a test bench: settable clock, keys, disk. */
final class Bench {

    static final Currency EUR = Currency.getInstance("EUR");
    static final DeviceId SERIAL = new DeviceId("METER001");
    static final RegisterLimits LIMITS = new RegisterLimits(10, 50_000, 1_000_000);
    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    final TestKeys keys;
    final Path folder;
    Disk disk = new LocalDisk();
    Instant now = START;
    long segmentBytes = 64 * 1024;
    int batchMax = 256;
    long nanos;

    /** Maintenance at once behind its batch, so that every run has the same steps in the same order. */
    Executor upkeep = Runnable::run;

    Bench(Path folder) {
        this(folder, new TestKeys());
    }

    Bench(Path folder, TestKeys keys) {
        this.folder = folder;
        this.keys = keys;
    }

    WriteWindows windows() {
        return new WriteWindows(() -> nanos, Duration.ofSeconds(10));
    }

    Vault vault() {
        return vault(windows());
    }

    Vault vault(WriteWindows windows) {
        return new Vault(
                new Vault.Setting(
                        folder, disk, SERIAL, EUR, Duration.ofSeconds(10), Duration.ofDays(1), segmentBytes, batchMax),
                new Seal(keys),
                () -> now,
                windows,
                Optional.of(upkeep));
    }

    static TransactionId id(long number) {
        return new TransactionId(HexFormat.of().toHexDigits(number, 16) + "0000000000000001");
    }

    /** The shortest way to a running meter with funds. */
    static List<RegisterOperation> running() {
        return List.of(
                new RegisterOperation.Authorise(EUR, LIMITS),
                new RegisterOperation.Activate(),
                new RegisterOperation.Refill(100_000, 1));
    }

    static void start(Vault vault) throws Exception {
        int number = 1;
        for (RegisterOperation operation : running()) {
            vault.post(id(number++), operation);
        }
    }
}
