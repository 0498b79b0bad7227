// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.ledger.api.Books;
import org.porto.ledger.api.FloatLine;

/** {@code ledger:float}. */
@Service
@Command(
        scope = "ledger",
        name = "float",
        description = "Float identity: value on cards, in meters and in transit beside what covers it, of all or of a batch")
public final class FloatCommand implements Action {

    @Option(name = "--json", description = "JSON; amounts in mils")
    boolean json;

    @Option(name = "--no-format", description = "without borders")
    boolean noFormat;

    @Reference
    Session session;

    @Reference
    Books books;

    @Option(name = "--first", description = "number of the batch's first entry")
    long first = 1;

    @Option(name = "--last", description = "number of the batch's last entry")
    long last = Long.MAX_VALUE;

    @Override
    public Object execute() throws Exception {
        Listing listing = new Listing("currency", "entries", "cards", "meters", "transit", "float", "cover", "holds");
        for (FloatLine line : books.floatIdentity(first, last)) {
            listing.row(line.currency(), line.entries(), Listing.mils(line.cardsMils()), Listing.mils(line.metersMils()),
                    Listing.mils(line.transitMils()), Listing.mils(line.floatMils()), Listing.mils(line.coverMils()),
                    line.holds());
        }
        listing.print(session.getConsole(), json, noFormat);
        return null;
    }
}
