// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.command;

import java.util.Currency;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.console.api.Listing;
import org.porto.issuer.api.CardInfo;
import org.porto.issuer.api.Issuer;
import org.porto.issuer.api.IssuerCode;
import org.porto.issuer.api.PairingInfo;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;

@Service
@Command(scope = "issuer", name = "pair", description = "Authorises a meter to load a card (rule T2)")
public final class PairCommand implements Action {

    @Argument(index = 0, name = "meter", required = true, description = "serial number of the meter")
    @Completion(MeterCompleter.class)
    private String meter;

    @Argument(index = 1, name = "card", required = true, description = "card id, 16 hex digits")
    @Completion(CardCompleter.class)
    private String card;

    @Option(name = "--max", description = "most per transfer, major units; default: most that the card holds")
    private String max;

    @Option(name = "--json", description = "print JSON")
    private boolean json;

    @Reference
    private Issuer issuer;

    @Override
    public Object execute() throws PortoException {
        CardId id = CardId.parse(card);
        CardInfo known =
                issuer.card(id).orElseThrow(() -> new RefusedException(IssuerCode.CARD_UNKNOWN, id.toString()));
        Currency currency = Currency.getInstance(known.currency());
        Money most = max == null ? Money.ofMils(known.balanceMilsMax(), currency) : Money.parse(max, currency);
        PairingInfo pairing = issuer.pair(DeviceId.parse(meter), id, most);
        pairing.firstSecret().close();
        new Listing("meter", "card", "max")
                .row(pairing.meter().value(), pairing.card().value(), Listing.mils(pairing.transferMilsMax()))
                .printOne(System.out, json);
        return null;
    }
}
