// SPDX-License-Identifier: Apache-2.0
package org.porto.card.spi;

import org.osgi.annotation.versioning.ConsumerType;

/** A powered card. */
@ConsumerType
public interface CardConnection {

    /** Answer to reset, ISO 7816-3; 2 to 33 bytes. */
    byte[] atr();

    /**
     * One command APDU, 4 to 261 bytes, one response APDU, 2 to 258 bytes (ISO 7816-4, short lengths); 61xx and 6Cxx are passed
     * up as they come.
     *
     * @throws CardException when the card was removed or died; whether it obeyed is unknown
     */
    byte[] transmit(byte[] command) throws ReaderException, CardException;

    /** Powers the card down. Idempotent, never throws. */
    void close();
}
