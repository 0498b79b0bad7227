// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.util.function.Supplier;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;

/** What must hold in a {@link World}. */
final class Judge {

    private final World world;

    Judge(World world) {
        this.world = world;
    }

    static void require(boolean good, String otherwise) {
        if (!good) {
            throw new AssertionError(otherwise);
        }
    }

    private static void require(boolean good, Supplier<String> otherwise) {
        if (!good) {
            throw new AssertionError(otherwise.get());
        }
    }

    long loaded() {
        return world.cards.stream().mapToLong(card -> card.registers().loaded()).sum();
    }

    long spent() {
        return world.cards.stream().mapToLong(card -> card.registers().spent()).sum();
    }

    /**
     * At any moment, whatever was cut or lost: every vault balances, no card has a negative register, the cards hold what the meters
     * moved and at most what is in transit more, every control sum is the sum of a beginning of the card's chain, and the points
     * have receipts for what was spent but for what is open.
     */
    void check(String name) {
        long moved = 0;
        long transit = 0;
        for (Meter meter : world.meters) {
            MemoryVault.State vault = meter.vault();
            require(vault.balanced(), () -> name + ": registers of " + meter.serial);
            moved += vault.transferred;
            transit += vault.items.values().stream().mapToLong(item -> item.amountMils()).sum();
        }
        for (Purse card : world.cards) {
            if (card.point != null) {
                check(name, card);
            }
        }
        long loaded = loaded();
        try {
            long refunded = world.office == null ? 0 : world.office.refunded();
            long owed = world.office == null ? 0 : world.office.owed();
            require(moved <= loaded + owed && loaded + refunded <= moved + transit,
                    name + ": world.meters moved " + moved + ", in transit " + transit + ", on cards " + loaded + ", owed " + owed
                            + ", refunded " + refunded);
            long paid = 0;
            long open = 0;
            for (Point point : world.points) {
                Point.Books books = point.books();
                paid += books.paid();
                open += books.open();
            }
            long spent = spent() - world.writtenOff;
            require(paid <= spent && spent <= paid + open, name + ": world.points have " + paid + ", open " + open + ", spent " + spent);
        } catch (RefusedException e) {
            throw new AssertionError(name, e);
        }
    }

    private void check(String name, Purse card) {
        Purse.Registers r = card.registers();
        require(r.balance() >= 0 && r.balance() <= World.BALANCE_MAX && r.spent() >= 0 && r.loaded() >= 0 && r.burned() >= 0,
                () -> name + ": card " + card.id + " " + r);
        boolean found = r.sum() == 0;
        for (Datacentre.Authorisation a : world.centre.authorisations.values()) {
            if (a.card == card) {
                long sum = a.needs + a.amount;
                found |= sum == r.sum();
                require(!a.posted || r.sum() >= sum, () -> name + ": posted and not on card " + card.id);
            }
        }
        require(found, () -> name + ": control sum " + r.sum() + " of card " + card.id + " is in no chain");
    }

    /** When all is quiet: nothing in doubt anywhere and every mil in one place. */
    void checkSettled(String name) {
        check(name);
        try {
            for (Meter meter : world.meters) {
                require(meter.vault().items.isEmpty(), name + ": in transit at " + meter.serial);
                require(meter.service().inDoubt().isEmpty(), name + ": in doubt at " + meter.serial);
            }
            if (world.office != null) {
                world.office.checkSettled(name);
                long moved = world.meters.stream().mapToLong(meter -> meter.vault().transferred).sum();
                require(moved == loaded() + world.office.refunded(),
                        name + ": moved " + moved + ", on cards " + loaded() + ", refunded " + world.office.refunded());
            }
            for (Point point : world.points) {
                require(point.open() == 0, name + ": open at " + point.serial);
            }
        } catch (PortoException e) {
            throw new AssertionError(name, e);
        }
    }
}
