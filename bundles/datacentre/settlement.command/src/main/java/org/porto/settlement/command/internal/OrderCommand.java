// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.command.internal;

import java.util.Base64;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.model.api.TransactionId;
import org.porto.settlement.api.Settlement;

/** {@code settlement:order}. */
@Service
@Command(
        scope = "settlement",
        name = "order",
        description = "Prints the signed order for a meter without a link, in base64",
        detailedDescription = "To be given to transfer:settle on that meter. It names one transfer of one meter: anybody may see it, and giving it twice does nothing.")
public final class OrderCommand implements Action {

    @Argument(index = 0, name = "id", required = true, description = "Transaction id, 32 hex digits")
    @Completion(DoubtCompleter.class)
    String id;

    @Option(name = "--json", description = "One JSON object")
    boolean json;

    @Reference
    Session session;

    @Reference
    Settlement settlement;

    @Override
    public Object execute() throws Exception {
        String order = Base64.getEncoder().encodeToString(settlement.order(TransactionId.parse(id)));
        if (json) {
            new Listing("order").row(order).printOne(session.getConsole(), true);
        } else {
            session.getConsole().println(order);
        }
        return null;
    }
}
