// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.model.api.CardId;
import org.porto.purse.api.PurseSession;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferService;

/** {@code transfer:resolve}: meets the card and lists what was in doubt with it, as it stands then (rule T7). */
@Service
@Command(scope = "transfer", name = "resolve", description = "Resolves what is in doubt with the card in the reader")
public final class TransferResolve implements Action {

    private static final int LOOKED_AT_MAX = 10_000;

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
        List<TransferInfo> before = transfers.inDoubt();
        try (CardClaim claim = readers.claim(reader, Status.CLAIM_WAIT);
                PurseSession session = transfers.meet(claim)) {
            CardId card = session.card();
            List<TransferInfo> now = transfers.list(LOOKED_AT_MAX).stream()
                    .filter(t -> t.card().equals(card)
                            && before.stream().anyMatch(b -> b.transaction().equals(t.transaction())))
                    .toList();
            Transfers.listing(now).print(System.out, json, noFormat);
        }
        return null;
    }
}
