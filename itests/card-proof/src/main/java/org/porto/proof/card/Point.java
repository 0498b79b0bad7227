// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.util.List;
import org.porto.merchant.api.MerchantPoint;
import org.porto.merchant.api.Purchase;
import org.porto.merchant.point.internal.ProofPoint;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardCertificate;
import org.porto.purse.api.PeerCredentials;

/** A merchant. */
final class Point {
    private static final int PURCHASES_MAX = 100_000;

    final DeviceId serial;
    final PeerCredentials self;
    private final World world;
    private MerchantPoint service;

    Point(World world) throws RefusedException {
        this.world = world;
        serial = World.name("SHOP", world.points.size() + 1);
        self = world.centre.peer(serial.value(), CardCertificate.ROLE_MERCHANT);
        world.points.add(this);
    }

    MerchantPoint service() throws RefusedException {
        if (service == null) {
            service = ProofPoint.start(serial, World.CHF, world.parts(self), serial.value());
        }
        return service;
    }

    void off() {
        service = null;
    }

    Purchase purchase(TransactionId id, long mils) throws RefusedException, UncertainException {
        return service().purchase(id, Money.ofMils(mils, World.CHF), "");
    }

    /** Of its purchases that were paid. */
    List<byte[]> receipts() throws RefusedException {
        return ProofPoint.receipts(world.disk, serial.value());
    }

    /** What it has receipts for, and what is open. */
    record Books(long paid, long open) {}

    Books books() throws RefusedException {
        long paid = 0;
        long open = 0;
        for (Purchase purchase : service().purchases(PURCHASES_MAX)) {
            switch (purchase.state()) {
                case "paid" -> paid += purchase.amountMils();
                case "open" -> open += purchase.amountMils();
                default -> { }
            }
        }
        return new Books(paid, open);
    }

    long paid() throws RefusedException {
        return books().paid();
    }

    long open() throws RefusedException {
        return books().open();
    }
}
