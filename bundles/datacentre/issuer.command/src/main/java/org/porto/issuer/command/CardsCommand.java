// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.command;

import java.util.HexFormat;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.console.api.Listing;
import org.porto.issuer.api.CardInfo;
import org.porto.issuer.api.Issuer;
import org.porto.model.api.PortoException;

@Service
@Command(scope = "issuer", name = "cards", description = "Lists issued cards")
public final class CardsCommand implements Action {

    @Option(name = "--json", description = "print JSON")
    private boolean json;

    @Option(name = "--no-format", description = "leave the table's borders out")
    private boolean noFormat;

    @Reference
    private Issuer issuer;

    @Override
    public Object execute() throws PortoException {
        Listing listing = new Listing("card", "customer", "label", "currency", "max", "routingTag");
        for (CardInfo card : issuer.cards()) {
            listing.row(
                    card.card().value(),
                    card.customer().value(),
                    card.label(),
                    card.currency(),
                    Listing.mils(card.balanceMilsMax()),
                    HexFormat.of().formatHex(card.routingTag()));
        }
        listing.print(System.out, json, noFormat);
        return null;
    }
}
