// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.command.internal;

import java.time.InstantSource;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.settlement.api.Doubt;
import org.porto.settlement.api.Settlement;

/** {@code settlement:list}. */
@Service
@Command(
        scope = "settlement",
        name = "list",
        description = "Lists transfers that meters reported in doubt, open ones first",
        detailedDescription = "'evidence' is what signed receipts of the card prove: NONE; PASSED, the card has used later numbers, so it probably has the value; "
                + "NOT_ON_CARD, the card gave the load's number to something else and never had the value. See settlement:settle.")
public final class ListCommand implements Action {

    @Option(name = "--open", description = "Only those that have not ended")
    boolean open;

    @Option(name = "--json", description = "JSON array, amounts in mils")
    boolean json;

    @Option(name = "--no-format", description = "Table without borders")
    boolean noFormat;

    @Reference
    Session session;

    @Reference
    Settlement settlement;

    @Reference
    InstantSource clock;

    @Override
    public Object execute() throws Exception {
        List<Doubt> doubts = settlement.doubts().stream().filter(d -> !open || !d.state().end()).toList();
        Doubts.listing(doubts, clock.instant(), json).print(session.getConsole(), json, noFormat);
        return null;
    }
}
