// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.api;

import java.time.Instant;

/**
 * One version of a key and the cards in service that have it; cards whose certificate has expired are not counted.
 *
 * @param current whether new work uses it
 * @param cards whose newest version it is, by their own receipts
 * @param waiting cards for which an order with this version waits
 * @param certified cards whose own certificate it signed; 0 for {@link CardKey#ORDERS}
 */
public record CardKeyVersion(
        CardKey key, int version, boolean current, Instant created, String checkValue, int cards, int waiting, int certified) {

    /** Whether any card in service still needs it. */
    public boolean inUse() {
        return current || cards > 0 || certified > 0;
    }
}
