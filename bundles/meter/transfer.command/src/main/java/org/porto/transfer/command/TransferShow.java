// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.time.InstantSource;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.console.api.Listing;
import org.porto.model.api.TransactionId;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferCode;
import org.porto.transfer.api.TransferEvent;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferService;

/** {@code transfer:show}: one transfer, and with {@code --steps} its way through the blocks of figure 8. */
@Service
@Command(
        scope = "transfer",
        name = "show",
        description = "Shows one transfer: state, block, amount, fee, card, age",
        detailedDescription = "The state is a block of the transfer's flow chart (110 card inserted, 111 recognised, 113 PIN, 118 amount, "
                + "119 funds, 120 registers, 121 personality) or an end. 'reached' is the last block on record: a transfer in doubt "
                + "stopped there. --steps lists every transition that was seen since this meter was started.")
public final class TransferShow implements Action {

    @Reference
    private TransferService transfers;

    @Reference
    private InstantSource clock;

    @Argument(index = 0, name = "id", description = "Transaction id, 32 hex digits", required = true)
    @Completion(TransferCompleter.class)
    private String id;

    @Option(name = "--steps", description = "Its transitions instead, oldest first")
    private boolean steps;

    @Option(name = "--json", description = "One JSON object, with --steps an array; amounts in mils")
    private boolean json;

    @Option(name = "--no-format", description = "Table of the steps without borders")
    private boolean noFormat;

    @Override
    public Object execute() throws Exception {
        TransactionId transaction = TransactionId.parse(id);
        if (steps) {
            steps(transfers.history(transaction));
        } else {
            one(transfers.find(transaction)
                    .orElseThrow(() -> new org.porto.model.api.RefusedException(TransferCode.ID_UNKNOWN, id)));
        }
        return null;
    }

    private void one(TransferInfo t) {
        long seconds = Math.max(0, java.time.Duration.between(t.since(), clock.instant()).toSeconds());
        new Listing(
                        "transaction",
                        "card",
                        "amount",
                        "fee",
                        "state",
                        "meaning",
                        "reached",
                        "block",
                        "settled",
                        "cardTransaction",
                        "since",
                        "changed",
                        json ? "ageSeconds" : "age")
                .row(
                        t.transaction().value(),
                        t.card().value(),
                        Listing.mils(t.amountMils()),
                        Listing.mils(t.feeMils()),
                        t.block().name(),
                        t.block().text(),
                        t.reached().name(),
                        Transfers.number(t.reached()),
                        t.settled(),
                        t.cardTransaction(),
                        t.since().toString(),
                        t.changed().toString(),
                        json ? (Object) seconds : Transfers.age(seconds))
                .printOne(System.out, json);
    }

    private void steps(List<TransferEvent> events) {
        Listing listing = new Listing("time", "block", "state", "meaning", "code");
        for (TransferEvent event : events) {
            TransferBlock to = event.to();
            listing.row(event.time().toString(), Transfers.number(to), to.name(), to.text(), event.code());
        }
        listing.print(System.out, json, noFormat);
    }
}
