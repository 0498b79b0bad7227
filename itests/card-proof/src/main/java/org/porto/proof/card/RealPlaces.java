// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.porto.card.api.CardClaim;
import org.porto.card.core.internal.ProofReaders;
import org.porto.card.driver.sim.internal.SimReader;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.journal.api.Journal;
import org.porto.journal.api.Journals;
import org.porto.journal.file.internal.FileJournals;
import org.porto.javacard.runtime.api.AppletCatalogue;
import org.porto.javacard.runtime.api.AppletEntry;
import org.porto.keys.soft.internal.SoftKeyService;
import org.porto.merchant.api.MerchantPoint;
import org.porto.merchant.api.Purchase;
import org.porto.merchant.point.internal.ProofPoint;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;
import org.porto.model.api.Ticker;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.CardCertificate;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.applet.PurseApplet;
import org.porto.purse.host.internal.CardPurses;
import org.porto.recharge.api.RechargeOutcome;
import org.porto.recharge.api.RechargeQueue;
import org.porto.recharge.queue.internal.ProofQueue;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterVault;
import org.porto.register.vault.internal.RegisterVaultComponent;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferRequest;
import org.porto.transfer.api.TransferService;
import org.porto.transfer.core.internal.ProofTransfers;

/**
 * A meter, a merchant point and a station of the product's own parts on a real disk: vault, journals, keys, cryptography, registry
 * of readers, drawer of virtual cards, one of them inserted. Only the data centre is plain. Times what the vault and the journals take.
 */
final class RealPlaces implements AutoCloseable {

    private static final byte[] AID = HexFormat.of().parseHex("F0504F52544F01");
    private static final long FUNDS_MILS = 1_000_000_000L;
    private static final String LABEL = "bench";

    /** What the meter is called. */
    private record Identity(DeviceId serial) implements MeterIdentity {
        @Override
        public String profile() {
            return "psd";
        }

        @Override
        public String hardwareModel() {
            return "bench";
        }

        @Override
        public Currency currency() {
            return World.CHF;
        }
    }

    /** Calls of some methods of a service, timed; used by one thread. */
    private static final class Timed {
        private long nanos;
        private long calls;

        <T> T around(Class<T> type, T service, List<String> methods) {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                long began = System.nanoTime();
                try {
                    return method.invoke(service, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                } finally {
                    if (methods.contains(method.getName())) {
                        nanos += System.nanoTime() - began;
                        calls++;
                    }
                }
            }));
        }
    }

    private final CryptoService crypto = new BcCryptoService();
    private final InstantSource clock = InstantSource.system();
    private final CardPurses purses = new CardPurses(crypto);
    private final Datacentre centre = new Datacentre(crypto, purses, clock);
    private final CardRecord card = new CardRecord(new CardId("0011223300000001"));
    private final Timed vaultTime = new Timed();
    private final Timed journalTime = new Timed();
    private final SimReader reader;
    private final ProofReaders readers;
    private final SoftKeyService keys;
    private final RegisterVaultComponent vault;
    private final FileJournals files;
    private final TransferService transfers;
    private final MerchantPoint point;
    private final RechargeQueue queue;
    final Wire wire;

    RealPlaces(Path folder) throws PortoException {
        AppletCatalogue catalogue = () -> List.of(new AppletEntry(AID, PurseApplet.class));
        reader = Components.made(SimReader.class, Map.of("directory", folder.resolve("drawer").toString()), List.of(catalogue));
        wire = new Wire(reader);
        SecretBytes transportKey = reader.create(LABEL);
        reader.insert(LABEL, "");
        readers = new ProofReaders(wire);
        try (CardClaim claim = readers.claim("", java.time.Duration.ofSeconds(5))) {
            centre.personalise(claim, transportKey, card);
        } finally {
            transportKey.close();
        }
        keys = Components.made(SoftKeyService.class, Map.of("directory", folder.resolve("keys").toString()), List.of(crypto, clock));
        Identity identity = new Identity(new DeviceId("METR0001"));
        vault = Components.made(
                RegisterVaultComponent.class,
                Map.of("directory", folder.resolve("registers").toString()),
                List.of(identity, keys, clock, (Ticker) System::nanoTime));
        vault.post(id(), new RegisterOperation.Authorise(World.CHF, new RegisterLimits(1, 1_000_000, FUNDS_MILS)));
        vault.post(id(), new RegisterOperation.Activate());
        vault.post(id(), new RegisterOperation.Refill(FUNDS_MILS, 1));
        files = new FileJournals(clock);
        Journals journals = path -> journalTime.around(Journal.class, files.open(path), List.of("append"));
        PeerCredentials meterSelf = centre.peer("METR0001", CardCertificate.ROLE_METER);
        transfers = ProofTransfers.start(
                new ProofTransfers.Parts(
                        identity,
                        vaultTime.around(RegisterVault.class, vault, List.of("post")),
                        purses,
                        readers,
                        journals,
                        keys,
                        crypto,
                        clock,
                        meterSelf,
                        centre.listKey()),
                folder.resolve("transfers.journal").toString(),
                World.FEE,
                World.PAIR_MAX);
        transfers.pairings(List.of(centre.pairing(card, identity.serial())));
        point = ProofPoint.start(
                new DeviceId("SHOP0001"),
                World.CHF,
                parts("SHOP0001", CardCertificate.ROLE_MERCHANT),
                folder.resolve("purchases.journal").toString());
        queue = ProofQueue.start(parts("STAT0001", CardCertificate.ROLE_METER), folder.resolve("recharges.journal").toString());
    }

    private ProofPoint.Parts parts(String name, int role) throws PortoException {
        PeerCredentials self = centre.peer(name, role);
        return new ProofPoint.Parts(
                readers, purses, new PlainChannel(centre, self), new PlainKeys(self.key(), self.certificate()), files, crypto, clock);
    }

    private TransactionId id() {
        return TransactionId.of(crypto.random(TransactionId.BYTES));
    }

    /** What one transfer took, in nanoseconds. */
    record Took(long whole, long card, long vault, long vaultWrites, long journal, long journalWrites) {
        /** All but card and vault. */
        long host() {
            return whole - card - vault;
        }
    }

    Took transfer(long mils) throws PortoException {
        wire.reset();
        TransferRequest request = new TransferRequest(id(), "", Money.ofMils(mils, World.CHF));
        long vaultBefore = vaultTime.nanos;
        long vaultCalls = vaultTime.calls;
        long journalBefore = journalTime.nanos;
        long journalCalls = journalTime.calls;
        long began = System.nanoTime();
        TransferBlock block = transfers.transfer(request, World.PIN, b -> {}).block();
        long whole = System.nanoTime() - began;
        Judge.require(block == TransferBlock.DONE, "transfer ended in " + block);
        return new Took(
                whole,
                wire.cardNanos(),
                vaultTime.nanos - vaultBefore,
                vaultTime.calls - vaultCalls,
                journalTime.nanos - journalBefore,
                journalTime.calls - journalCalls);
    }

    void purchase(long mils) throws PortoException {
        wire.reset();
        Purchase purchase = point.purchase(id(), Money.ofMils(mils, World.CHF), "");
        Judge.require(purchase.state().equals("paid"), "purchase is " + purchase.state());
    }

    void recharge(long mils) throws PortoException {
        centre.authorise(card, mils);
        queue.accept(centre.list(), centre.listKey());
        wire.reset();
        List<RechargeOutcome> outcomes = queue.serve("");
        Judge.require(outcomes.size() == 1 && outcomes.get(0).result().equals("applied"), "recharge: " + outcomes);
        queue.unacknowledgedReceipts(10).forEach(receipt -> centre.receipt(card, receipt));
    }

    @Override
    public void close() {
        readers.close();
        Components.closed(reader);
        Components.closed(vault);
        Components.closed(keys);
        Components.closed(files);
    }
}
