// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.crypto.api.CryptoService;
import org.porto.franking.api.FrankingService;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.tms.EnrolAnswer;
import org.porto.protocol.tms.TmsCodec;
import org.porto.protocol.tms.TmsMessage;
import org.porto.recharge.api.RechargeQueue;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterVault;
import org.porto.register.api.Registers;
import org.porto.tms.api.RefillResult;
import org.porto.tms.api.SyncResult;
import org.porto.tms.api.TmsChannel;
import org.porto.tms.api.TmsClient;
import org.porto.tms.api.TmsCode;
import org.porto.transfer.api.TransferService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Meter side of TMS sessions: one session at a time, everything that must survive in one journal. */
@Component(name = "org.porto.tms.client", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ClientConfig.class)
public final class SessionClient implements TmsClient {

    private static final Logger LOG = LoggerFactory.getLogger(SessionClient.class);
    private static final int VERSIONS_MAX = 500;

    private final ReentrantLock session = new ReentrantLock();
    private final SessionLog log;
    private final Refills refills;
    private final Synchronisation synchronisation;
    private final TmsChannel channel;
    private final RegisterVault vault;
    private final KeyService keys;
    private final MeterIdentity identity;
    private final Ids ids;

    @Activate
    public SessionClient(
            ClientConfig config,
            BundleContext context,
            @Reference Journals journals,
            @Reference TmsChannel channel,
            @Reference RegisterVault vault,
            @Reference KeyService keys,
            @Reference MeterIdentity identity,
            @Reference CryptoService crypto,
            @Reference RechargeQueue queue,
            @Reference FrankingService franking,
            @Reference TransferService transfers)
            throws RefusedException, IOException {
        this(
                new SessionLog(journals, file(config.directory())),
                new Parts(channel, vault, keys, identity, crypto, queue, franking, transfers),
                () -> versions(context));
    }

    /** What a session works with. */
    record Parts(
            TmsChannel channel,
            RegisterVault vault,
            KeyService keys,
            MeterIdentity identity,
            CryptoService crypto,
            RechargeQueue queue,
            FrankingService franking,
            TransferService transfers) {}

    SessionClient(SessionLog log, Parts parts, java.util.function.Supplier<Map<String, String>> versions) {
        this.log = log;
        this.channel = parts.channel();
        this.vault = parts.vault();
        this.keys = parts.keys();
        this.identity = parts.identity();
        this.ids = new Ids(parts.crypto(), identity.serial());
        Talk talk = new Talk(channel);
        this.refills = new Refills(log, talk, vault, parts.crypto());
        this.synchronisation = new Synchronisation(
                log,
                talk,
                channel,
                vault,
                parts.queue(),
                parts.franking(),
                parts.transfers(),
                parts.crypto(),
                ids,
                versions);
    }

    private static Path file(String directory) throws IOException {
        if (directory == null || directory.isBlank()) {
            throw new IllegalArgumentException("directory is missing");
        }
        return Files.createDirectories(Path.of(directory)).resolve("sessions.journal");
    }

    private static Map<String, String> versions(BundleContext context) {
        Map<String, String> versions = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            String name = bundle.getSymbolicName();
            if (name != null && name.startsWith("org.porto.") && versions.size() < VERSIONS_MAX) {
                versions.put(name, bundle.getVersion().toString());
            }
        }
        return versions;
    }

    @Deactivate
    void close() {
        session.lock();
        try {
            log.close();
        } finally {
            session.unlock();
        }
    }

    @Override
    public boolean enrolled() {
        return keys.certificate(Talk.KEY).isPresent();
    }

    @Override
    public void enrol(String enrolmentCode) throws RefusedException, UncertainException {
        session.lock();
        try {
            if (enrolled() && complete(vault.registers())) {
                throw new RefusedException(TmsCode.ALREADY_ENROLLED, identity.serial().value());
            }
            TmsMessage message = decode(channel.enrol(Talk.KEY, identity.serial(), "METER", enrolmentCode));
            if (!(message instanceof EnrolAnswer answer) || !identity.currency().getCurrencyCode().equals(answer.currency())) {
                throw new RefusedException(TmsCode.ANSWER_WRONG, "host knows this meter with another currency");
            }
            setUp(answer);
            fetchKeys();
        } finally {
            session.unlock();
        }
    }

    /** What is missing of it comes with the next session. */
    private void fetchKeys() {
        try {
            channel.refreshKeys(Talk.KEY);
        } catch (RefusedException | UncertainException e) {
            LOG.warn("{}: keys for cards are not here yet: {}", e.code(), e.getMessage());
        }
    }

    private static boolean complete(Registers registers) {
        return registers.state() != MeterState.UNINITIALISED
                && registers.state() != MeterState.AUTHORISED
                && registers.inspectionDeadline().isAfter(Instant.EPOCH);
    }

    /** Each preset happens once (rule V6); a repetition goes on where the last one ended. */
    private void setUp(EnrolAnswer answer) throws RefusedException, UncertainException {
        if (vault.registers().state() == MeterState.UNINITIALISED) {
            vault.post(
                    ids.of("authorise"),
                    new RegisterOperation.Authorise(
                            identity.currency(),
                            new RegisterLimits(answer.itemMilsMin(), answer.itemMilsMax(), answer.balanceMilsMax())));
        }
        if (vault.registers().state() == MeterState.AUTHORISED) {
            vault.post(ids.of("activate"), new RegisterOperation.Activate());
        }
        vault.post(
                ids.inspected(answer.inspectionDeadlineMillis()),
                new RegisterOperation.Inspected(Instant.ofEpochMilli(answer.inspectionDeadlineMillis())));
    }

    private static TmsMessage decode(byte[] answer) throws RefusedException {
        try {
            return TmsCodec.decode(answer);
        } catch (IOException e) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "not a TMS message", e);
        }
    }

    @Override
    public RefillResult refill(TransactionId transaction, Money amount) throws RefusedException, UncertainException {
        session.lock();
        try {
            ready();
            return refills.refill(transaction, amount);
        } finally {
            session.unlock();
        }
    }

    @Override
    public boolean resolve() throws RefusedException, UncertainException {
        session.lock();
        try {
            ready();
            return refills.resolve();
        } finally {
            session.unlock();
        }
    }

    @Override
    public SyncResult sync() throws RefusedException, UncertainException {
        session.lock();
        try {
            ready();
            // A refill that the host has booked belongs into the registers before they are compared.
            settlePending();
            return synchronisation.run();
        } finally {
            session.unlock();
        }
    }

    /** One that cannot be ended now must not keep a locked meter from its session: it stays pending and is told of. */
    private void settlePending() {
        try {
            refills.resolve();
        } catch (RefusedException | UncertainException e) {
            LOG.warn("{}: a refill stays pending: {}", e.code(), e.getMessage());
        }
    }

    private void ready() throws RefusedException {
        log.ready();
        if (!enrolled()) {
            throw new RefusedException(TmsCode.NOT_ENROLLED, identity.serial().value());
        }
    }
}
