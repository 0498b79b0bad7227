// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.command.internal;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.bank.api.BankFiles;
import org.porto.bank.api.PayoutResult;
import org.porto.console.api.Listing;
import org.porto.crypto.api.CertificateRole;
import org.porto.issuer.api.DeviceInfo;
import org.porto.issuer.api.Issuer;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountNames;
import org.porto.ledger.api.Ledger;

/** {@code bank:payout}. */
@Service
@Command(scope = "bank", name = "payout", description = "Pays merchants what they are owed: writes a pain.001 file")
public final class PayoutCommand implements Action {

    @Option(name = "--json", description = "JSON; amounts in mils")
    boolean json;

    @Reference
    Session session;

    @Reference
    BankFiles bank;

    @Reference
    Issuer issuer;

    @Reference
    Ledger ledger;

    @Override
    public Object execute() throws Exception {
        List<BankFiles.Payee> payees = new ArrayList<>();
        for (DeviceInfo device : issuer.devices()) {
            if (device.role() == CertificateRole.MERCHANT
                    && !device.payoutIban().isBlank()
                    && ledger.account(AccountNames.merchant(device.device())).map(Account::availableMils).orElse(0L) > 0) {
                payees.add(new BankFiles.Payee(device.device(), device.customer().value(), device.payoutIban()));
            }
        }
        PayoutResult result = bank.payOut(payees);
        new Listing("messageId", "file", "payments", "amount")
                .row(result.messageId(), result.file().toString(), result.payments(), Listing.mils(result.amountMils()))
                .printOne(session.getConsole(), json);
        return null;
    }
}
