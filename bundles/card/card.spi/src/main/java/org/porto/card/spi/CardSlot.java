// SPDX-License-Identifier: Apache-2.0
package org.porto.card.spi;

import org.osgi.annotation.versioning.ConsumerType;

/** A place for one card. */
@ConsumerType
public interface CardSlot {

    /** Stable name, unique within the driver, for people to recognise. */
    String name();

    /** Whether a card is in. Quick; never blocks on a card. */
    boolean cardPresent() throws ReaderException;

    /**
     * Powers the card up (cold reset) and takes it exclusively.
     *
     * @throws CardException when there is no card or it does not answer to reset
     */
    CardConnection connect() throws ReaderException, CardException;
}
