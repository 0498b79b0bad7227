// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.command.internal;

import java.security.SecureRandom;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.Money;
import org.porto.model.api.TransactionId;
import org.porto.tms.api.RefillResult;
import org.porto.tms.api.TmsClient;

@Service
@Command(scope = "tms", name = "refill", description = "Refills the registers from the deposit account")
public final class RefillCommand implements Action {

    @Reference
    private TmsClient client;

    @Reference
    private Session session;

    @Reference
    private MeterIdentity identity;

    @Argument(name = "AMOUNT", description = "Amount in major units, for example 100.00", required = true)
    private String amount;

    @Option(name = "--id", description = "Transaction id, 32 hex digits; the same one never acts twice")
    private String id = "";

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        TransactionId transaction = id.isEmpty() ? fresh() : TransactionId.parse(id);
        RefillResult done = client.refill(transaction, Money.parse(amount, identity.currency()));
        new Listing("refillNumber", "transaction", "amount", "hostReference")
                .row(done.refillNumber(), done.transaction().value(), Listing.mils(done.amountMils()), done.hostReference())
                .printOne(session.getConsole(), json);
        return null;
    }

    private static TransactionId fresh() {
        byte[] random = new byte[TransactionId.BYTES];
        new SecureRandom().nextBytes(random);
        return TransactionId.of(random);
    }
}
