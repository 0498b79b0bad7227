// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.time.Duration;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.console.api.Listing;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.PurseStatus;
import org.porto.transfer.api.TransferService;

/** {@code card:status}. Meeting the card also resolves what is in doubt with it. */
@Service
@Command(scope = "card", name = "status", description = "Shows the card in the reader")
public final class Status implements Action {

    static final Duration CLAIM_WAIT = Duration.ofSeconds(10);

    @Reference
    private CardReaders readers;

    @Reference
    private TransferService transfers;

    @Option(name = "--reader", description = "Reader; default: the best with a card")
    @Completion(ReaderCompleter.class)
    private String reader = "";

    @Option(name = "--json", description = "One JSON object, amounts in mils")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        try (CardClaim claim = readers.claim(reader, CLAIM_WAIT);
                PurseSession session = transfers.meet(claim)) {
            PurseStatus s = session.status();
            new Listing(
                            "card",
                            "state",
                            "currency",
                            "balance",
                            "spent",
                            "loadedFromMeters",
                            "rechargedTotal",
                            "burned",
                            "controlSum",
                            "balanceMax",
                            "pinTriesLeft",
                            "paired",
                            "cardTransaction")
                    .row(
                            s.card().value(),
                            s.state().name(),
                            s.currency().getCurrencyCode(),
                            Listing.mils(s.balance()),
                            Listing.mils(s.spent()),
                            Listing.mils(s.loadedFromMeters()),
                            Listing.mils(s.rechargedTotal()),
                            Listing.mils(s.burned()),
                            Listing.mils(s.controlSum()),
                            Listing.mils(s.balanceMax()),
                            s.pinTriesLeft(),
                            session.paired(),
                            s.cardTransaction())
                    .printOne(System.out, json);
        }
        return null;
    }
}
