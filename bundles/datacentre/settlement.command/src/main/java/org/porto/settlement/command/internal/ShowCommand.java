// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.command.internal;

import java.time.InstantSource;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.settlement.api.Doubt;
import org.porto.settlement.api.Settlement;
import org.porto.settlement.api.SettlementCode;

/** {@code settlement:show}. */
@Service
@Command(scope = "settlement", name = "show", description = "Shows one transfer that a meter reported in doubt")
public final class ShowCommand implements Action {

    @Argument(index = 0, name = "id", required = true, description = "Transaction id, 32 hex digits")
    @Completion(DoubtCompleter.class)
    String id;

    @Option(name = "--json", description = "One JSON object, amounts in mils")
    boolean json;

    @Reference
    Session session;

    @Reference
    Settlement settlement;

    @Reference
    InstantSource clock;

    @Override
    public Object execute() throws Exception {
        TransactionId wanted = TransactionId.parse(id);
        Doubt doubt = settlement.doubts().stream()
                .filter(d -> d.transaction().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new RefusedException(SettlementCode.NOT_IN_DOUBT, id));
        Doubts.one(doubt, clock.instant(), json).printOne(session.getConsole(), json);
        return null;
    }
}
