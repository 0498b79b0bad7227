// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.ledger.api.Ledger;

/** {@code ledger:verify}. */
@Service
@Command(scope = "ledger", name = "verify", description = "Walks the chain and re-adds every account")
public final class VerifyCommand implements Action {

    @Option(name = "--json", description = "JSON; amounts in mils")
    boolean json;

    @Reference
    Session session;

    @Reference
    Ledger ledger;

    @Override
    public Object execute() throws Exception {
        new Listing("entries", "ok").row(ledger.verify(), true).printOne(session.getConsole(), json);
        return null;
    }
}
