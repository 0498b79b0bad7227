// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.keys.api.KeyService;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.RefusedException;
import org.porto.model.api.Ticker;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.register.api.CaseFile;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterReader;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.RegisterVault;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;
import org.porto.register.api.VaultHealth;
import org.porto.register.api.VaultService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The vault as a service. It stays registered when it cannot be trusted: every call then says why. */
@Component(
        name = "org.porto.register.vault",
        service = {RegisterVault.class, RegisterReader.class, VaultService.class},
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = VaultConfig.class)
public final class RegisterVaultComponent implements RegisterVault, VaultService {

    private static final Logger LOG = LoggerFactory.getLogger(RegisterVaultComponent.class);

    private final Vault vault;
    private final ScheduledExecutorService watchdog;

    @Activate
    public RegisterVaultComponent(
            VaultConfig config,
            @Reference MeterIdentity meter,
            @Reference KeyService keys,
            @Reference InstantSource clock,
            @Reference Ticker ticker) {
        Path folder = Path.of(config.directory());
        long window = config.window_millis_max();
        long back = config.clock_back_seconds_max();
        long segment = config.segment_bytes();
        int batch = config.batch_max();
        if (!folder.isAbsolute() || window < 100 || window > 60_000 || back < 0 || back > 604_800) {
            throw new IllegalArgumentException("register vault: directory absolute, window.millis.max 100 to 60000,"
                    + " clock.back.seconds.max 0 to 604800");
        }
        if (segment < 64 << 10 || segment > 1 << 30 || batch < 1 || batch > 1024) {
            throw new IllegalArgumentException("register vault: segment.bytes 65536 to 1073741824, batch.max 1 to 1024");
        }
        WriteWindows windows = new WriteWindows(ticker, Duration.ofMillis(window));
        vault = new Vault(
                new Vault.Setting(
                        folder,
                        new LocalDisk(),
                        meter.serial(),
                        meter.currency(),
                        Duration.ofMillis(window),
                        Duration.ofSeconds(back),
                        segment,
                        batch),
                new Seal(keys),
                clock,
                windows);
        watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "porto-vault-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        long every = Math.max(25, window / 4);
        watchdog.scheduleWithFixedDelay(vault::watch, every, every, TimeUnit.MILLISECONDS);
        try {
            LOG.info("register vault open at record {}", vault.registers().sequence());
        } catch (RefusedException e) {
            LOG.error("{} register vault is not open", e.code(), e);
        }
    }

    @Deactivate
    void close() {
        vault.close();
        watchdog.shutdownNow();
    }

    @Override
    public RegisterRecord post(TransactionId transaction, RegisterOperation operation)
            throws RefusedException, UncertainException {
        return vault.post(transaction, operation);
    }

    @Override
    public Registers registers() throws RefusedException {
        return vault.registers();
    }

    @Override
    public List<RegisterRecord> log(long fromSequence, int max) throws RefusedException {
        return vault.log(fromSequence, max);
    }

    @Override
    public Optional<RegisterRecord> find(TransactionId transaction) throws RefusedException {
        return vault.find(transaction);
    }

    @Override
    public List<TransitItem> inTransit() throws RefusedException {
        return vault.inTransit();
    }

    @Override
    public long verify() throws RefusedException {
        return vault.verify();
    }

    @Override
    public long verify(VerifyProgress progress) throws RefusedException {
        return vault.verify(progress);
    }

    @Override
    public VaultHealth health() {
        return vault.health();
    }

    @Override
    public List<CaseFile> cases() throws RefusedException {
        return vault.cases();
    }

    @Override
    public RegisterRecord rollKey(TransactionId transaction) throws RefusedException, UncertainException {
        return vault.rollKey(transaction);
    }
}
