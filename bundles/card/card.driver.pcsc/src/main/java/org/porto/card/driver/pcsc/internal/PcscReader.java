// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.card.spi.CardReaderDriver;
import org.porto.card.spi.CardSlot;
import org.porto.card.spi.ReaderException;

/** The reader driver of everything that the computer's PC/SC service knows. */
@Component(
        name = "org.porto.card.driver.pcsc",
        service = CardReaderDriver.class,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {CardReaderDriver.DRIVER_ID + "=pcsc", CardReaderDriver.HARDWARE_MODELS + "=*"})
@Designate(ocd = PcscConfig.class)
public final class PcscReader implements CardReaderDriver {

    private final Hotplug hotplug;

    @Activate
    public PcscReader(PcscConfig config) {
        this(new Hotplug(new JdkStack(), Settings.of(config)));
        hotplug.start();
    }

    PcscReader(Hotplug hotplug) {
        this.hotplug = hotplug;
    }

    @Deactivate
    void close() {
        hotplug.close();
    }

    @Override
    public List<CardSlot> slots() throws ReaderException {
        return hotplug.slots();
    }
}
