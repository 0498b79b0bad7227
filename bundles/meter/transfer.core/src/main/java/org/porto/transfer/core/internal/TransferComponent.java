// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.card.api.CardChannel;
import org.porto.card.api.CardReaders;
import org.porto.crypto.api.CryptoService;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.CardId;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.Ticker;
import org.porto.model.api.UncertainException;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.Purses;
import org.porto.register.api.RegisterVault;
import org.porto.tms.api.TmsChannel;
import org.porto.tms.api.TmsCode;
import org.porto.transfer.api.PairingOrder;
import org.porto.transfer.api.TransferEvent;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferListener;
import org.porto.transfer.api.TransferProgress;
import org.porto.transfer.api.TransferRequest;
import org.porto.transfer.api.TransferService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Transfers as a service. */
@Component(name = "org.porto.transfer.core", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TransferConfig.class)
public final class TransferComponent implements TransferService {

    private static final Logger LOG = LoggerFactory.getLogger(TransferComponent.class);
    private static final String DEVICE = "device";
    private static final long DAY_MILS_MAX = 100_000_000_000L;

    private final Transfers transfers;
    private final AtomicReference<TmsChannel> host = new AtomicReference<>();

    @Activate
    public TransferComponent(
            TransferConfig config,
            @Reference MeterIdentity meter,
            @Reference RegisterVault vault,
            @Reference Purses purses,
            @Reference CardReaders readers,
            @Reference Journals journals,
            @Reference KeyService keys,
            @Reference CryptoService crypto,
            @Reference InstantSource clock,
            @Reference Ticker ticker)
            throws IOException {
        Path folder = Path.of(config.directory());
        if (!folder.isAbsolute()
                || config.fee_mils() < 0
                || config.fee_mils() > 1_000_000
                || config.transfer_mils_max() < 1
                || config.transfer_mils_max() > 1_000_000_000
                || config.card_day_mils_max() < 1
                || config.card_day_mils_max() > DAY_MILS_MAX
                || config.day_mils_max() < 1
                || config.day_mils_max() > DAY_MILS_MAX) {
            throw new IllegalArgumentException(
                    "transfers: directory absolute, fee.mils 0 to 1000000, transfer.mils.max 1 to 1000000000, "
                            + "card.day.mils.max and day.mils.max 1 to " + DAY_MILS_MAX);
        }
        Files.createDirectories(folder);
        TransferBook book = new TransferBook(journals, folder.resolve("transfers.journal"));
        transfers = new Transfers(
                new Transfers.Parts(meter, vault, purses, readers, clock, () -> credentials(keys)),
                new Limits(
                        config.fee_mils(), config.transfer_mils_max(), config.card_day_mils_max(), config.day_mils_max()),
                Optional.of(new Orders(meter, crypto, this::datacentre)),
                book,
                new Secrets(book, keys, purses),
                new Settlement(book, vault, crypto, new Trace(clock)),
                new RecognitionGuard(ticker));
        try {
            transfers.recover();
        } catch (RefusedException | UncertainException e) {
            warn(e);
        }
    }

    private static void warn(PortoException e) {
        LOG.warn("{} transfers are not settled yet; the next use tries again", e.code(), e);
    }

    /** Optional and dynamic, since the host's client itself needs this service to hand pairings in. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setHost(TmsChannel channel) {
        host.set(channel);
    }

    void unsetHost(TmsChannel channel) {
        host.compareAndSet(channel, null);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(TransferListener listener) {
        transfers.watch(listener);
    }

    void removeListener(TransferListener listener) {
        transfers.unwatch(listener);
    }

    private byte[] datacentre() throws RefusedException {
        TmsChannel channel = host.get();
        if (channel == null) {
            throw new RefusedException(TmsCode.NOT_ENROLLED, "no channel to the host");
        }
        return channel.datacentrePublicKey();
    }

    private PeerCredentials credentials(KeyService keys) throws RefusedException {
        TmsChannel channel = host.get();
        if (channel == null) {
            throw new RefusedException(TmsCode.NOT_ENROLLED, "no channel to the host");
        }
        return new PeerCredentials(
                channel.cardCertificates(DEVICE), keys.signingKey(DEVICE), channel.issuerKeys(DEVICE));
    }

    @Deactivate
    void close() {
        transfers.close();
    }

    @Override
    public TransferInfo transfer(TransferRequest request, char[] pin, TransferProgress progress)
            throws RefusedException, UncertainException {
        return transfers.transfer(request, pin, progress);
    }

    @Override
    public PurseSession meet(CardChannel channel) throws RefusedException, UncertainException {
        return transfers.meet(channel);
    }

    @Override
    public List<TransferInfo> list(int max) throws RefusedException {
        return transfers.list(max);
    }

    @Override
    public Optional<TransferInfo> find(TransactionId transaction) throws RefusedException {
        return transfers.find(transaction);
    }

    @Override
    public List<TransferEvent> history(TransactionId transaction) throws RefusedException {
        return transfers.history(transaction);
    }

    @Override
    public List<TransferInfo> settled() throws RefusedException {
        return transfers.settled();
    }

    @Override
    public TransferInfo settle(byte[] order) throws RefusedException, UncertainException {
        return transfers.settle(order);
    }

    @Override
    public List<TransferInfo> inDoubt() throws RefusedException {
        return transfers.inDoubt();
    }

    @Override
    public void pairings(Collection<PairingOrder> orders) throws RefusedException {
        transfers.pairings(orders);
    }

    @Override
    public List<CardId> pairedCards() throws RefusedException {
        return transfers.pairedCards();
    }
}
