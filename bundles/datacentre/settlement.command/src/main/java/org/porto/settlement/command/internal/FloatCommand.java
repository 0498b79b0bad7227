// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.settlement.api.FloatReport;
import org.porto.settlement.api.Settlement;

/** {@code settlement:float}. */
@Service
@Command(scope = "settlement", name = "float", description = "Float identity: meters, cards and transit beside the ledger")
public final class FloatCommand implements Action {

    @Option(name = "--json", description = "JSON; amounts in mils")
    boolean json;

    @Reference
    Session session;

    @Reference
    Settlement settlement;

    @Override
    public Object execute() throws Exception {
        FloatReport report = settlement.floatReport();
        new Listing("metersLedger", "metersReported", "transitLedger", "transitReported", "cardsLedger", "holds")
                .row(Listing.mils(report.metersLedger()), Listing.mils(report.metersReported()),
                        Listing.mils(report.transitLedger()), Listing.mils(report.transitReported()),
                        Listing.mils(report.cardsLedger()), report.holds())
                .printOne(session.getConsole(), json);
        return null;
    }
}
