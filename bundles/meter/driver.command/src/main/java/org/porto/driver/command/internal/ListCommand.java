// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;
import org.porto.console.api.Listing;
import org.porto.print.api.PrinterInfo;
import org.porto.print.api.Printers;

/** Lists readers and printers with the drivers that run them. */
@Service
@Command(scope = "driver", name = "list", description = "Lists card readers and printers with their drivers")
public final class ListCommand implements Action {

    @Option(name = "--json", description = "JSON for scripts")
    private boolean json;

    @Option(name = "--no-format", description = "No borders")
    private boolean noFormat;

    @Reference
    private CardReaders readers;

    @Reference
    private Printers printers;

    @Override
    public Object execute() {
        Listing listing = new Listing("kind", "name", "driver", "version", "matches", "state", "detail");
        for (ReaderInfo r : readers.list()) {
            String detail = r.cardPresent() ? "card" : "";
            listing.row("reader", r.name(), r.driverId(), r.driverVersion(), r.matches(), r.state(), detail);
        }
        for (PrinterInfo p : printers.list()) {
            String detail = String.join(",", p.stateReasons());
            listing.row("printer", p.name(), p.driverId(), p.driverVersion(), p.matches(), p.state(), detail);
        }
        listing.print(System.out, json, noFormat);
        return null;
    }
}
