// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.porto.model.api.DeviceId;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.proof.card.Vaults;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterVault;

/**
 * The product's vaults on the file system in memory of its own tests: each step that changes the medium is one at which the power may go. After a
 * fall before a step nothing that was not synced is there; after a fall behind it everything is.
 */
public final class ProofVaults implements Vaults {

    private static final Path FOLDER = Path.of("/registers");
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final int BATCH_MAX = 256;
    private static final RegisterLimits LIMITS = new RegisterLimits(1, 1_000_000, 1_000_000_000);

    private static final class One {
        private final TestKeys keys = new TestKeys();
        private FaultDisk disk = new FaultDisk();
        private Vault vault;
        private CrashPoint fallen;
        private boolean after;
    }

    private final InstantSource clock;
    private final Currency currency;
    private final Steps steps;
    private final Map<String, One> all = new TreeMap<>();
    private boolean counting = true;

    public ProofVaults(InstantSource clock, Currency currency, Steps steps) {
        this.clock = clock;
        this.currency = currency;
        this.steps = steps;
    }

    @Override
    public RegisterVault fresh(String name, long money) throws PortoException {
        One one = new One();
        all.put(name, one);
        counting = false;
        RegisterVault vault = open(name);
        long id = 1;
        for (RegisterOperation operation : List.of(
                new RegisterOperation.Authorise(currency, LIMITS), new RegisterOperation.Activate(), new RegisterOperation.Refill(money, 1))) {
            vault.post(Bench.id(id++), operation);
        }
        counting = true;
        return vault;
    }

    @Override
    public RegisterVault open(String name) {
        One one = all.get(name);
        if (one.vault == null) {
            one.disk.observer = step -> {
                if (counting && one.fallen == null) {
                    steps.step(() -> {}, after -> fall(one, after));
                }
            };
            one.vault = new Vault(
                    new Vault.Setting(
                            FOLDER, one.disk, new DeviceId(name), currency, WINDOW, Duration.ofDays(1), SEGMENT_BYTES, BATCH_MAX),
                    new Seal(one.keys),
                    clock,
                    new WriteWindows(() -> 0, WINDOW));
        }
        return one.vault;
    }

    /** The medium as it is at this moment. */
    private static void fall(One one, boolean after) {
        one.after = after;
        one.fallen = one.disk.crashPoint();
        one.disk.off();
    }

    @Override
    public void off(String name) {
        One one = all.get(name);
        if (one.vault == null) {
            return;
        }
        FaultDisk next;
        if (one.fallen == null) {
            next = one.disk.copy();
            one.disk.off();
        } else {
            next = one.after ? one.fallen.killed().get(0).copy() : one.fallen.least();
        }
        one.vault.close();
        one.vault = null;
        one.fallen = null;
        one.disk = next;
    }

    @Override
    public State look(String name) throws RefusedException {
        boolean before = counting;
        counting = false;
        try {
            RegisterVault vault = open(name);
            return new State(vault.registers(), vault.inTransit());
        } finally {
            counting = before;
        }
    }

    @Override
    public Object image() {
        Map<String, FaultDisk> copies = new LinkedHashMap<>();
        all.forEach((name, one) -> copies.put(name, one.disk.copy()));
        return copies;
    }

    @Override
    public void restore(Object image) {
        Map<?, ?> copies = (Map<?, ?>) image;
        all.forEach((name, one) -> {
            off(name);
            one.disk = ((FaultDisk) copies.get(name)).copy();
        });
    }
}
