// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.console.api.Listing;
import org.porto.register.api.RegisterReader;
import org.porto.register.api.Registers;

/** {@code register:show}. */
@Service
@Command(scope = "register", name = "show", description = "Shows all registers")
public final class Show implements Action {

    @Reference
    private RegisterReader registers;

    @Option(name = "--json", description = "One JSON object, amounts in mils")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        Registers r = registers.registers();
        new Listing(
                        "currency",
                        "ascending",
                        "descending",
                        "transferOut",
                        "inTransit",
                        "refilled",
                        "cardTakings",
                        "withdrawn",
                        "fees",
                        "pieceCount",
                        "zeroPieceCount",
                        "refillCount",
                        "sequence",
                        "state",
                        "lockReason",
                        "inspectionDeadline")
                .row(
                        r.currency().getCurrencyCode(),
                        Listing.mils(r.ascending()),
                        Listing.mils(r.descending()),
                        Listing.mils(r.transferOut()),
                        Listing.mils(r.inTransit()),
                        Listing.mils(r.refilled()),
                        Listing.mils(r.cardTakings()),
                        Listing.mils(r.withdrawn()),
                        Listing.mils(r.fees()),
                        r.pieceCount(),
                        r.zeroPieceCount(),
                        r.refillCount(),
                        r.sequence(),
                        r.state().name(),
                        r.lockReason(),
                        r.inspectionDeadline().toString())
                .printOne(System.out, json);
        return null;
    }
}
