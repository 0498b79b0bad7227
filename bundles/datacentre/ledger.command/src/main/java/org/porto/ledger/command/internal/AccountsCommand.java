// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.Ledger;

/** {@code ledger:accounts}. */
@Service
@Command(scope = "ledger", name = "accounts", description = "Lists accounts: balance, reserved part, what is left")
public final class AccountsCommand implements Action {

    @Option(name = "--json", description = "JSON; amounts in mils")
    boolean json;

    @Option(name = "--no-format", description = "without borders")
    boolean noFormat;

    @Reference
    Session session;

    @Reference
    Ledger ledger;

    @Argument(name = "prefix", description = "only names that begin with it, for example float:card:")
    String prefix = "";

    @Override
    public Object execute() throws Exception {
        Listing listing = new Listing("account", "kind", "currency", "balance", "reserved", "available");
        for (Account account : ledger.accounts()) {
            if (account.name().startsWith(prefix)) {
                listing.row(account.name(), account.kind().name(), account.currency().getCurrencyCode(),
                        Listing.mils(account.postedMils()), Listing.mils(account.pendingOutMils()),
                        Listing.mils(account.availableMils()));
            }
        }
        listing.print(session.getConsole(), json, noFormat);
        return null;
    }
}
