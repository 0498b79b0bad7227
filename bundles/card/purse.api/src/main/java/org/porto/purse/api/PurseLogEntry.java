// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

/**
 * One line of the card's rings (rule P6).
 *
 * @param kind {@code load}, {@code recharge}, {@code burn}, {@code debit} or {@code undo}
 * @param peer device id, or hex of the first 8 bytes of the authorisation id
 * @param peerTransaction the peer's number
 */
public record PurseLogEntry(
        String kind,
        long amountMils,
        long balanceMils,
        java.time.LocalDate day,
        String peer,
        long peerTransaction,
        long cardTransaction,
        int keyVersion) {}
