// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.api;

import java.util.List;

/**
 * @param booked credits booked now
 * @param repeated credits that were booked before
 * @param suspense credits that no customer could be found for; booked to suspense
 */
public record CreditNoticeResult(String messageId, int booked, int repeated, int suspense, long amountMils, List<String> notes) {

    public CreditNoticeResult {
        notes = List.copyOf(notes);
    }
}
