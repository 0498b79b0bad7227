// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.time.InstantSource;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.console.api.ConsoleCode;
import org.porto.model.api.RefusedException;
import org.porto.transfer.api.TransferService;

/** {@code transfer:list}. */
@Service
@Command(
        scope = "transfer",
        name = "list",
        description = "Lists transfers to cards, newest first",
        detailedDescription = "'block' is the last block of the transfer's flow chart on record; a transfer IN_DOUBT stopped there and is resolved "
                + "when its card is inserted again (transfer:resolve). 'settled' are those that the data centre ended.")
public final class TransferList implements Action {

    @Reference
    private TransferService transfers;

    @Reference
    private InstantSource clock;

    @Option(name = "--max", description = "Most transfers, 1 to 10000")
    private int max = 50;

    @Option(name = "--in-doubt", description = "Only those in doubt, oldest first")
    private boolean inDoubt;

    @Option(name = "--json", description = "JSON array, amounts in mils")
    private boolean json;

    @Option(name = "--no-format", description = "Table without borders")
    private boolean noFormat;

    @Override
    public Object execute() throws Exception {
        if (max < 1 || max > 10_000) {
            throw new RefusedException(ConsoleCode.OPTION_OUT_OF_RANGE, "--max is 1 to 10000");
        }
        Transfers.listing(inDoubt ? transfers.inDoubt() : transfers.list(max), clock.instant(), json)
                .print(System.out, json, noFormat);
        return null;
    }
}
