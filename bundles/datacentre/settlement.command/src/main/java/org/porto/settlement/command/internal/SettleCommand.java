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
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.console.api.ConsoleCode;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.settlement.api.Settlement;

/** {@code settlement:settle}. */
@Service
@Command(
        scope = "settlement",
        name = "settle",
        description = "Orders how a transfer ends whose card does not come back",
        detailedDescription = "done: the value is the card's, wherever it is; T goes to X in the meter. Allowed after the waiting time (settle.wait.hours); "
                + "needs no proof, since it makes no value. Should the card come back without it, the amount and the fee are refunded to the customer's deposit. "
                + "undone: T goes back to D in the meter. Allowed only when a signed receipt proves that the card gave the load's number to something else "
                + "(evidence NOT_ON_CARD). The meter obeys at its next tms:sync; settlement:order prints the order for one without a link.")
public final class SettleCommand implements Action {

    @Argument(index = 0, name = "id", required = true, description = "Transaction id, 32 hex digits")
    @Completion(DoubtCompleter.class)
    String id;

    @Argument(index = 1, name = "outcome", required = true, description = "done or undone")
    @Completion(value = StringsCompleter.class, values = {"done", "undone"})
    String outcome;

    @Option(name = "--reason", required = true, description = "Why, for the record: 1 to 200 characters")
    String reason;

    @Option(name = "--yes", description = "Really; it cannot be taken back")
    boolean yes;

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
        if (!outcome.equals("done") && !outcome.equals("undone")) {
            throw new RefusedException(ConsoleCode.OPTION_OUT_OF_RANGE, "outcome is done or undone, not '" + outcome + "'");
        }
        TransactionId transfer = TransactionId.parse(id);
        if (!yes) {
            session.getConsole().println("nothing ordered: say --yes to settle " + transfer + " as " + outcome + " for good");
            return null;
        }
        Doubts.one(settlement.settle(transfer, outcome.equals("done"), reason), clock.instant(), json)
                .printOne(session.getConsole(), json);
        return null;
    }
}
