// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.Ledger;

/** {@code account:list}. */
@Service
@Command(scope = "account", name = "list", description = "Lists accounts")
public final class AccountListCommand implements Action {

    @Option(name = "--json", description = "JSON; amounts in mils")
    boolean json;

    @Option(name = "--no-format", description = "without borders")
    boolean noFormat;

    @Reference
    Session session;

    @Reference
    Ledger ledger;

    @Override
    public Object execute() throws Exception {
        Listing listing = new Listing("account", "kind", "currency", "balance", "available");
        for (Account account : ledger.accounts()) {
            listing.row(account.name(), account.kind().name(), account.currency().getCurrencyCode(),
                    Listing.mils(account.postedMils()), Listing.mils(account.availableMils()));
        }
        listing.print(session.getConsole(), json, noFormat);
        return null;
    }
}
