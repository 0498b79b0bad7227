// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.util.Arrays;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.console.api.SecretPrompt;
import org.porto.crypto.api.CryptoService;
import org.porto.model.api.Money;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterReader;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferRequest;
import org.porto.transfer.api.TransferService;

/** {@code card:transfer}: value from the registers to the card (W figure 8). */
@Service
@Command(
        scope = "card",
        name = "transfer",
        description = "Transfers value from the meter to the card",
        detailedDescription = "Asks for the card's PIN (masked; without a terminal one line of standard input). On a terminal each block of the transfer "
                + "is told as it is reached. After a lost answer repeat it with the same --id: it is done once. TRF-004 means that the amount is in transit: "
                + "insert the card again (transfer:resolve).")
public final class Transfer implements Action {

    @Reference
    private TransferService transfers;

    @Reference
    private RegisterReader registers;

    @Reference
    private CryptoService crypto;

    @Reference
    private Session session;

    @Argument(index = 0, name = "amount", description = "Amount in major units, for example 25.00", required = true)
    private String amount;

    @Option(name = "--reader", description = "Reader; default: the best with a card")
    @Completion(ReaderCompleter.class)
    private String reader = "";

    @Option(name = "--id", description = "Transaction id, 32 hex digits; default: fresh. The same id is done once")
    private String id;

    @Option(name = "--json", description = "One JSON object, amounts in mils")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        Money money = Money.parse(amount, registers.registers().currency());
        TransactionId transaction =
                id == null ? TransactionId.of(crypto.random(TransactionId.BYTES)) : TransactionId.parse(id);
        boolean people = session.getTerminal() != null && !json;
        char[] pin = SecretPrompt.ask(session, "PIN: ");
        try {
            TransferInfo done = transfers.transfer(new TransferRequest(transaction, reader, money), pin, block -> {
                if (people) {
                    System.out.println(Transfers.line(block));
                }
            });
            new Listing("transaction", "card", "amount", "fee", "state")
                    .row(
                            done.transaction().value(),
                            done.card().value(),
                            Listing.mils(done.amountMils()),
                            Listing.mils(done.feeMils()),
                            done.block().name())
                    .printOne(System.out, json);
        } finally {
            Arrays.fill(pin, '\0');
        }
        return null;
    }
}
