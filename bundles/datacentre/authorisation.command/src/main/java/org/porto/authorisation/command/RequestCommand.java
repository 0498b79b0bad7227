// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.command;

import java.util.Currency;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.authorisation.api.AuthorisationCode;
import org.porto.authorisation.api.Authorisations;
import org.porto.crypto.api.CryptoService;
import org.porto.issuer.api.CardInfo;
import org.porto.issuer.api.Issuer;
import org.porto.model.api.CardId;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

@Service
@Command(scope = "authorisation", name = "request", description = "Authorises a recharge out of the card holder's deposit")
public final class RequestCommand implements Action {

    @Argument(index = 0, name = "card", required = true, description = "card id, 16 hex digits")
    @Completion(CardCompleter.class)
    private String card;

    @Argument(index = 1, name = "amount", required = true, description = "major units of the card's currency")
    private String amount;

    @Option(name = "--id", description = "32 hex digits; the same one again brings the same authorisation")
    private String id;

    @Option(name = "--json", description = "print JSON")
    private boolean json;

    @Reference
    private Authorisations authorisations;

    @Reference
    private Issuer issuer;

    @Reference
    private CryptoService crypto;

    @Override
    public Object execute() throws PortoException {
        CardId wanted = CardId.parse(card);
        CardInfo known = issuer.card(wanted)
                .orElseThrow(() -> new RefusedException(AuthorisationCode.CARD_UNKNOWN, wanted.toString()));
        TransactionId transaction =
                id == null ? TransactionId.of(crypto.random(TransactionId.BYTES)) : TransactionId.parse(id);
        Money money = Money.parse(amount, Currency.getInstance(known.currency()));
        Rows.add(Rows.listing(), authorisations.request(transaction, wanted, money)).printOne(System.out, json);
        return null;
    }
}
