// SPDX-License-Identifier: Apache-2.0
package org.porto.card.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A driver for one make of reader, controlling any number of slots. Registered as an OSGi service with the properties
 * {@link #DRIVER_ID} and {@link #HARDWARE_MODELS}. Needs no threads of its own, but for a library that knows no time limits; such
 * threads end with the driver. The caller sets time limits and calls from one thread a slot; {@link #slots()} may come from another
 * thread at any time and returns within a second.
 */
@ConsumerType
public interface CardReaderDriver {

    /** Service property: id of the driver, unique, {@code [a-z0-9.-]+}. */
    String DRIVER_ID = "porto.driver.id";

    /** Service property, String+: meter hardware models served, {@code *} for any. */
    String HARDWARE_MODELS = "porto.hardware.models";

    /** The slots there are now; a hot-plugged reader appears and disappears here. */
    List<CardSlot> slots() throws ReaderException;
}
