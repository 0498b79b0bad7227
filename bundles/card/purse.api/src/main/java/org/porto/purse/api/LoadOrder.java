// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import org.porto.crypto.api.SecretBytes;
import org.porto.model.api.Money;
import org.porto.model.api.TransactionId;

/**
 * A load from the paired meter (rule T5). Made ready before the money leaves the registers, so that the meter can store the
 * secret that comes after.
 *
 * @param transfers number of this transfer on this pairing: the card's last plus one
 * @param nextSecret the pair secret after this load (rule T4); the caller stores it and closes it
 */
public record LoadOrder(
        TransactionId transaction, Money amount, long transfers, int day, long cardTransaction, SecretBytes nextSecret) {}
