// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.sim.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.card.drawer.api.CardDrawer;
import org.porto.card.drawer.api.DrawerCard;
import org.porto.card.spi.CardReaderDriver;
import org.porto.card.spi.CardSlot;
import org.porto.crypto.api.SecretBytes;
import org.porto.javacard.runtime.api.AppletCatalogue;
import org.porto.model.api.RefusedException;

/** The reader driver of virtual cards and the drawer that they come from. */
@Component(
        name = "org.porto.card.driver.sim",
        service = {CardReaderDriver.class, CardDrawer.class},
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {CardReaderDriver.DRIVER_ID + "=sim", CardReaderDriver.HARDWARE_MODELS + "=*"})
@Designate(ocd = SimConfig.class)
public final class SimReader implements CardReaderDriver, CardDrawer {

    private final Drawer drawer;

    @Activate
    public SimReader(SimConfig config, @Reference AppletCatalogue catalogue) throws IOException {
        this(new Drawer(
                Path.of(config.directory()),
                config.slots(),
                config.slot_memory().isEmpty() ? null : Path.of(config.slot_memory()),
                catalogue));
    }

    SimReader(Drawer drawer) {
        this.drawer = drawer;
    }

    @Deactivate
    void close() {
        drawer.close();
    }

    @Override
    public List<CardSlot> slots() {
        return drawer.slots();
    }

    @Override
    public List<DrawerCard> cards() throws RefusedException {
        return drawer.cards();
    }

    @Override
    public SecretBytes create(String label) throws RefusedException {
        return drawer.create(label);
    }

    @Override
    public SecretBytes transportKey(String label) throws RefusedException {
        return drawer.transportKey(label);
    }

    @Override
    public void insert(String label, String slot) throws RefusedException {
        drawer.insert(label, slot);
    }

    @Override
    public void remove(String slot) throws RefusedException {
        drawer.remove(slot);
    }
}
