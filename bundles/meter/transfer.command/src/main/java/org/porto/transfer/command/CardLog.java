// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.time.LocalDate;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.console.api.Listing;
import org.porto.purse.api.PurseLogEntry;
import org.porto.purse.api.PurseSession;
import org.porto.transfer.api.TransferService;

/** {@code card:log}: the rings on the card (rule P6). */
@Service
@Command(
        scope = "card",
        name = "log",
        description = "Lists what the card itself recorded, newest first",
        detailedDescription = "Two rings of ten: loads, recharges and burns; debits and undoings. 'peer' is the meter or merchant, or the start of the order's id; "
                + "'peerTransaction' its number, 'cardTransaction' the card's own. Needs no PIN.")
public final class CardLog implements Action {

    private static final LocalDate NO_DAY = LocalDate.of(2000, 1, 1);

    @Reference
    private CardReaders readers;

    @Reference
    private TransferService transfers;

    @Option(name = "--reader", description = "Reader; default: the best with a card")
    @Completion(ReaderCompleter.class)
    private String reader = "";

    @Option(name = "--json", description = "JSON array, amounts in mils")
    private boolean json;

    @Option(name = "--no-format", description = "Table without borders")
    private boolean noFormat;

    @Override
    public Object execute() throws Exception {
        Listing listing = new Listing(
                "kind", "amount", "balance", "day", "peer", "peerTransaction", "cardTransaction", "keyVersion");
        try (CardClaim claim = readers.claim(reader, Status.CLAIM_WAIT);
                PurseSession session = transfers.meet(claim)) {
            for (PurseLogEntry e : session.log()) {
                listing.row(
                        e.kind(),
                        Listing.mils(e.amountMils()),
                        Listing.mils(e.balanceMils()),
                        // an order of the data centre names no day: the card has no clock (rule R7)
                        e.day().isAfter(NO_DAY) ? e.day().toString() : null,
                        e.peer(),
                        e.peerTransaction(),
                        e.cardTransaction(),
                        e.keyVersion());
            }
        }
        listing.print(System.out, json, noFormat);
        return null;
    }
}
