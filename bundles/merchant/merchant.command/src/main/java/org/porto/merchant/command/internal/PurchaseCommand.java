// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.command.internal;

import java.security.SecureRandom;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.merchant.api.MerchantPoint;
import org.porto.merchant.api.Purchase;
import org.porto.model.api.Money;
import org.porto.model.api.TransactionId;

@Service
@Command(scope = "merchant", name = "purchase", description = "Takes a payment from the inserted card")
public final class PurchaseCommand implements Action {

    @Reference
    private MerchantPoint point;

    @Reference
    private Session session;

    @Argument(name = "AMOUNT", description = "Amount in major units, for example 4.20", required = true)
    private String amount;

    @Option(name = "--reader", description = "Reader name; the best one with a card when left out")
    private String reader = "";

    @Option(name = "--id", description = "Transaction id, 32 hex digits; the same one never acts twice")
    private String id = "";

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        TransactionId transaction = id.isEmpty() ? fresh() : TransactionId.parse(id);
        Purchase done = point.purchase(transaction, Money.parse(amount, point.currency()), reader);
        new Listing("transaction", "number", "card", "amount", "time", "state")
                .row(
                        done.transaction().value(),
                        done.number(),
                        done.card().value(),
                        Listing.mils(done.amountMils()),
                        done.time().toString(),
                        done.state())
                .printOne(session.getConsole(), json);
        return null;
    }

    private static TransactionId fresh() {
        byte[] random = new byte[TransactionId.BYTES];
        new SecureRandom().nextBytes(random);
        return TransactionId.of(random);
    }
}
