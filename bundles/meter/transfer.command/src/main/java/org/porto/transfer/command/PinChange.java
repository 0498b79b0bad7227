// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.util.Arrays;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.console.api.ConsoleCode;
import org.porto.console.api.SecretPrompt;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.PurseSession;
import org.porto.transfer.api.TransferService;

/** {@code card:pin-change}: asks for the present PIN, then the wanted one, on a terminal twice. */
@Service
@Command(
        scope = "card",
        name = "pin-change",
        description = "Changes the card's PIN",
        detailedDescription = "Asks for the present PIN and twice for the new one, 4 to 8 digits (masked; without a terminal two lines of standard input: "
                + "present, new). A wrong present PIN costs one of the card's tries.")
public final class PinChange implements Action {

    @Reference
    private CardReaders readers;

    @Reference
    private TransferService transfers;

    @Reference
    private Session session;

    @Option(name = "--reader", description = "Reader; default: the best with a card")
    @Completion(ReaderCompleter.class)
    private String reader = "";

    @Override
    public Object execute() throws Exception {
        char[] present = new char[0];
        char[] wanted = new char[0];
        char[] again = new char[0];
        try {
            present = SecretPrompt.ask(session, "Present PIN: ");
            wanted = SecretPrompt.ask(session, "New PIN: ");
            if (session.getTerminal() != null) {
                again = SecretPrompt.ask(session, "New PIN again: ");
                if (!Arrays.equals(wanted, again)) {
                    throw new RefusedException(ConsoleCode.SECRETS_DIFFER, "the card's PIN is as it was");
                }
            }
            try (CardClaim claim = readers.claim(reader, Status.CLAIM_WAIT);
                    PurseSession met = transfers.meet(claim)) {
                met.changePin(present, wanted);
            }
        } finally {
            Arrays.fill(present, '\0');
            Arrays.fill(wanted, '\0');
            Arrays.fill(again, '\0');
        }
        System.out.println("PIN changed");
        return null;
    }
}
