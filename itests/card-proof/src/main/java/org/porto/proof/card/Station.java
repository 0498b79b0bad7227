// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardCertificate;
import org.porto.purse.api.PeerCredentials;
import org.porto.recharge.api.RechargeQueue;
import org.porto.recharge.queue.internal.ProofQueue;

/** Where authorisations wait for cards. */
final class Station {
    final DeviceId serial;
    private final World world;
    private final PeerCredentials self;
    private RechargeQueue service;

    Station(World world) throws RefusedException {
        this.world = world;
        serial = World.name("STAT", world.stations.size() + 1);
        self = world.centre.peer(serial.value(), CardCertificate.ROLE_METER);
        world.stations.add(this);
    }

    RechargeQueue service() throws RefusedException {
        if (service == null) {
            service = ProofQueue.start(world.parts(self), serial.value());
        }
        return service;
    }

    void off() {
        service = null;
    }

    void fetch() throws RefusedException {
        service().accept(world.centre.list(), world.centre.listKey());
    }

    void serve() throws RefusedException, UncertainException {
        service().serve("");
    }

    /** Receipts go up, each card's for itself. */
    void upload() throws RefusedException {
        List<String> digests = new ArrayList<>();
        for (byte[] receipt : service().unacknowledgedReceipts(1000)) {
            for (Purse card : world.cards) {
                if (Arrays.equals(card.id.bytes(), 0, 8, receipt, 3, 11)) {
                    world.centre.receipt(card, receipt);
                    if (world.office != null) {
                        world.office.applied(card, receipt);
                    }
                }
            }
            digests.add(HexFormat.of().formatHex(world.crypto.sha256(receipt)));
        }
        service().acknowledgeReceipts(digests);
    }
}
