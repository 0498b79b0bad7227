// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.command;

import org.porto.authorisation.api.AuthorisationInfo;
import org.porto.console.api.Listing;

/** One layout for all three commands. */
final class Rows {

    private Rows() {}

    static Listing listing() {
        return new Listing("id", "card", "amount", "controlSum", "notAfter", "entryId", "state", "since");
    }

    static Listing add(Listing listing, AuthorisationInfo one) {
        return listing.row(
                one.id().value(),
                one.card().value(),
                Listing.mils(one.amountMils()),
                Listing.mils(one.controlSumMils()),
                one.notAfter().toString(),
                one.entryId(),
                one.state().name(),
                one.since().toString());
    }
}
