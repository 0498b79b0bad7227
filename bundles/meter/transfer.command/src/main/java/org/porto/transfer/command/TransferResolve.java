// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.model.api.CardId;
import org.porto.purse.api.PurseSession;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferService;

/** {@code transfer:resolve}: meets the card and lists what was in doubt with it, as it stands then (rule T7). */
@Service
@Command(
        scope = "transfer",
        name = "resolve",
        description = "Resolves what is in doubt with the card in the reader",
        detailedDescription = "Meets the card, asks it in a secure session what became of the transfer in doubt with it, ends that as done or undone, and "
                + "lists what was in doubt as it stands now: nothing when nothing was. Needs no PIN. Repeating it is safe.")
public final class TransferResolve implements Action {

    private static final int LOOKED_AT_MAX = 10_000;

    @Reference
    private CardReaders readers;

    @Reference
    private TransferService transfers;

    @Reference
    private InstantSource clock;

    @Reference
    private Session session;

    @Option(name = "--reader", description = "Reader; default: the best with a card")
    @Completion(ReaderCompleter.class)
    private String reader = "";

    @Option(name = "--json", description = "JSON array, amounts in mils")
    private boolean json;

    @Option(name = "--no-format", description = "Table without borders")
    private boolean noFormat;

    @Override
    public Object execute() throws Exception {
        List<TransferInfo> before = new ArrayList<>(transfers.inDoubt());
        transfers.settled().stream().filter(t -> !t.block().end()).forEach(before::add);
        try (CardClaim claim = readers.claim(reader, Status.CLAIM_WAIT);
                PurseSession met = transfers.meet(claim)) {
            CardId card = met.card();
            List<TransferInfo> now = transfers.list(LOOKED_AT_MAX).stream()
                    .filter(t -> t.card().equals(card)
                            && before.stream().anyMatch(b -> b.transaction().equals(t.transaction())))
                    .toList();
            if (now.isEmpty() && !json && session.getTerminal() != null) {
                System.out.println("nothing was in doubt with card " + card);
            } else {
                Transfers.listing(now, clock.instant(), json).print(System.out, json, noFormat);
            }
        }
        return null;
    }
}
