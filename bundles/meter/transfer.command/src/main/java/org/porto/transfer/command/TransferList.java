// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.transfer.api.TransferService;

/** {@code transfer:list}. */
@Service
@Command(scope = "transfer", name = "list", description = "Lists transfers, newest first")
public final class TransferList implements Action {

    @Reference
    private TransferService transfers;

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
            throw new IllegalArgumentException("--max is 1 to 10000");
        }
        Transfers.listing(inDoubt ? transfers.inDoubt() : transfers.list(max)).print(System.out, json, noFormat);
        return null;
    }
}
