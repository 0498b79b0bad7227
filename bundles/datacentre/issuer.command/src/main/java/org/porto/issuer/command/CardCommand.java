// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.command;

import java.io.IOException;
import java.util.Arrays;
import java.util.Currency;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.porto.console.api.Listing;
import org.porto.console.api.SecretPrompt;
import org.porto.issuer.api.CardInfo;
import org.porto.issuer.api.Issuer;
import org.porto.model.api.CustomerId;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;

@Service
@Command(scope = "issuer", name = "card", description = "Personalises the blank card in the issuer's reader; asks for its PIN")
public final class CardCommand implements Action {

    @Argument(index = 0, name = "label", required = true, description = "label of the card in the drawer")
    @Completion(LabelCompleter.class)
    private String label;

    @Argument(index = 1, name = "customer", required = true, description = "customer that it belongs to")
    @Completion(CustomerCompleter.class)
    private String customer;

    @Option(name = "--max", description = "most value on the card, major units")
    private String max = "500";

    @Option(name = "--max-transaction", description = "most value of one transaction, major units; default as --max")
    private String maxTransaction;

    @Option(name = "--currency", description = "ISO 4217; default from the issuer's configuration")
    private String currency;

    @Option(name = "--json", description = "print JSON")
    private boolean json;

    @Reference
    private Issuer issuer;

    @Reference
    private BundleContext context;

    @Reference
    private Session session;

    @Override
    public Object execute() throws PortoException, IOException {
        Currency of = IssuerCurrency.of(context, currency);
        CustomerId owner = CustomerId.parse(customer);
        Money balanceMax = Money.parse(max, of);
        Money transactionMax = maxTransaction == null ? balanceMax : Money.parse(maxTransaction, of);
        char[] pin = SecretPrompt.ask(session, "PIN for card '" + label + "': ");
        try {
            CardInfo card = issuer.issueCard(label, owner, balanceMax, transactionMax, pin);
            new Listing("card", "customer", "label")
                    .row(card.card().value(), card.customer().value(), card.label())
                    .printOne(System.out, json);
        } finally {
            Arrays.fill(pin, '\0');
        }
        return null;
    }
}
