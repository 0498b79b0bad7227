// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.util.Currency;
import org.porto.card.api.CardClaim;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardCertificate;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.PurseSession;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferRequest;
import org.porto.transfer.api.TransferService;
import org.porto.transfer.core.internal.ProofTransfers;

/** Money goes from here onto cards. */
final class Meter implements MeterIdentity {
    final DeviceId serial;
    private final World world;
    private final PeerCredentials self;
    private TransferService service;

    Meter(World world, long money) throws PortoException {
        this.world = world;
        serial = World.name("METR", world.meters.size() + 1);
        self = world.centre.peer(serial.value(), CardCertificate.ROLE_METER);
        world.disk.fresh(serial.value(), money);
        world.meters.add(this);
    }

    MemoryVault.State vault() {
        return world.disk.look(serial.value());
    }

    TransferService service() throws RefusedException, UncertainException {
        if (service == null) {
            service = ProofTransfers.start(
                    new ProofTransfers.Parts(
                            this,
                            world.disk.open(serial.value()),
                            world.purses,
                            world.readers,
                            world.disk,
                            new PlainKeys(self.key(), self.certificate()),
                            world.crypto,
                            world,
                            self,
                            world.centre.listKey()),
                    serial.value(),
                    World.FEE,
                    World.PAIR_MAX);
        }
        return service;
    }

    void off() {
        service = null;
        world.disk.off(serial.value());
    }

    TransferInfo transfer(TransactionId id, long mils, char[] pin) throws RefusedException, UncertainException {
        return service().transfer(new TransferRequest(id, "", Money.ofMils(mils, World.CHF)), pin, block -> {});
    }

    /** A meeting in which nothing is asked for. @return whether the card is paired */
    boolean meet() throws RefusedException, UncertainException {
        try (CardClaim claim = world.inserted.claim();
                PurseSession session = service().meet(claim)) {
            return session.paired();
        }
    }

    @Override
    public DeviceId serial() {
        return serial;
    }

    @Override
    public String profile() {
        return "psd";
    }

    @Override
    public String hardwareModel() {
        return "proof";
    }

    @Override
    public Currency currency() {
        return World.CHF;
    }
}
