// SPDX-License-Identifier: Apache-2.0
package org.porto.card.api;

import org.osgi.annotation.versioning.ProviderType;

/** Bytes in, bytes out. */
@ProviderType
public interface CardChannel {

    /**
     * One exchange within the product's time limit (10 s).
     *
     * @param command command APDU, short length, 4 to 261 bytes
     * @return response APDU with its status word, 2 to 258 bytes
     * @throws ExchangeException when no answer came: whether the card obeyed is unknown. Later exchanges fail likewise.
     */
    byte[] transmit(byte[] command) throws ExchangeException;
}
