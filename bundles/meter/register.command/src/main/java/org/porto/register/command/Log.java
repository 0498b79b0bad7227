// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import java.util.HexFormat;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.console.api.ConsoleCode;
import org.porto.console.api.Listing;
import org.porto.model.api.RefusedException;
import org.porto.register.api.RegisterReader;
import org.porto.register.api.RegisterRecord;

/** {@code register:log}. */
@Service
@Command(scope = "register", name = "log", description = "Lists register records, oldest first")
public final class Log implements Action {

    private static final int HASH_BYTES_SHOWN = 8;

    @Reference
    private RegisterReader registers;

    @Option(name = "--from", description = "First sequence number; default: the newest --max records")
    private long from = -1;

    @Option(name = "--max", description = "Most records, 1 to 10000")
    private int max = 50;

    @Option(name = "--json", description = "JSON array, amounts in mils")
    private boolean json;

    @Option(name = "--no-format", description = "Table without borders")
    private boolean noFormat;

    @Override
    public Object execute() throws Exception {
        if (max < 1 || max > 10_000) {
            throw new RefusedException(ConsoleCode.OPTION_OUT_OF_RANGE, "--max is 1 to 10000");
        }
        long first = from >= 0 ? from : Math.max(1, registers.registers().sequence() - max + 1);
        Listing listing = new Listing(
                "sequence",
                "time",
                "kind",
                "transaction",
                "amount",
                "fee",
                "reference",
                "ascending",
                "descending",
                "transferOut",
                "inTransit",
                "hash");
        for (RegisterRecord r : registers.log(first, max)) {
            listing.row(
                    r.sequence(),
                    r.time().toString(),
                    r.kind(),
                    r.transaction().value(),
                    Listing.mils(r.amountMils()),
                    Listing.mils(r.feeMils()),
                    r.reference(),
                    Listing.mils(r.after().ascending()),
                    Listing.mils(r.after().descending()),
                    Listing.mils(r.after().transferOut()),
                    Listing.mils(r.after().inTransit()),
                    HexFormat.of().formatHex(r.hash(), 0, HASH_BYTES_SHOWN));
        }
        listing.print(System.out, json, noFormat);
        return null;
    }
}
