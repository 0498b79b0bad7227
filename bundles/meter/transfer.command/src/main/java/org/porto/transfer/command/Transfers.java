// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.util.List;
import org.porto.console.api.Listing;
import org.porto.transfer.api.TransferInfo;

/** How transfers are listed. */
final class Transfers {

    private Transfers() {}

    static Listing listing(List<TransferInfo> transfers) {
        Listing listing = new Listing("transaction", "card", "amount", "fee", "state", "since");
        for (TransferInfo t : transfers) {
            listing.row(
                    t.transaction().value(),
                    t.card().value(),
                    Listing.mils(t.amountMils()),
                    Listing.mils(t.feeMils()),
                    t.block().name(),
                    t.since().toString());
        }
        return listing;
    }
}
