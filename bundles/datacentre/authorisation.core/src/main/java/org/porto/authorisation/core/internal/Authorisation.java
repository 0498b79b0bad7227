// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.core.internal;

import java.time.Instant;
import java.time.LocalDate;
import org.porto.authorisation.api.AuthorisationInfo;
import org.porto.authorisation.api.AuthorisationState;
import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.recharge.ListEntry;

/**
 * One authorisation on the books.
 *
 * @param entry null while it is not listed (yet): an intent
 * @param listedVersion list version that brought the entry, 0 while not listed
 */
record Authorisation(
        TransactionId id,
        CardId card,
        CustomerId customer,
        String currency,
        long amountMils,
        long controlSumMils,
        int notAfterDay,
        ListEntry entry,
        String entryId,
        long listedVersion,
        boolean applied,
        Instant since) {

    boolean listed() {
        return entry != null;
    }

    /** The control sum that the card has once this one is applied. */
    long sumAfter() {
        return Math.addExact(controlSumMils, amountMils);
    }

    boolean waiting() {
        return listed() && !applied;
    }

    Authorisation listed(int lastDay, ListEntry newEntry, String newEntryId, long version, Instant at) {
        return new Authorisation(
                id, card, customer, currency, amountMils, controlSumMils, lastDay, newEntry, newEntryId, version, applied, at);
    }

    Authorisation appliedAt(Instant at) {
        return new Authorisation(
                id,
                card,
                customer,
                currency,
                amountMils,
                controlSumMils,
                notAfterDay,
                entry,
                entryId,
                listedVersion,
                true,
                at);
    }

    /** Expired ones keep their money reserved: the card has no clock, so only a card's word ends them (rule R7). */
    AuthorisationInfo info(LocalDate today) {
        LocalDate last = CardDays.date(notAfterDay);
        AuthorisationState state = applied
                ? AuthorisationState.APPLIED
                : last.isBefore(today) ? AuthorisationState.EXPIRED : AuthorisationState.PENDING;
        return new AuthorisationInfo(id, card, amountMils, controlSumMils, last, entryId, state, since);
    }
}
