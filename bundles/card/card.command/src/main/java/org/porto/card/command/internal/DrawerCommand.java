// SPDX-License-Identifier: Apache-2.0
package org.porto.card.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.card.drawer.api.CardDrawer;
import org.porto.card.drawer.api.DrawerCard;
import org.porto.console.api.Listing;
import org.porto.model.api.RefusedException;

/** Lists the cards in the drawer. */
@Service
@Command(scope = "card", name = "drawer", description = "Lists the virtual cards and the slots that they are in")
public final class DrawerCommand implements Action {

    @Option(name = "--json", description = "JSON for scripts")
    private boolean json;

    @Option(name = "--no-format", description = "No borders")
    private boolean noFormat;

    @Reference
    private CardDrawer drawer;

    @Override
    public Object execute() throws RefusedException {
        Listing listing = new Listing("label", "slot");
        for (DrawerCard card : drawer.cards()) {
            listing.row(card.label(), card.slot());
        }
        listing.print(System.out, json, noFormat);
        return null;
    }
}
