// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.command.internal;

import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.porto.bank.api.BankFiles;
import org.porto.bank.api.CreditNoticeResult;
import org.porto.console.api.Listing;

/** {@code bank:import}. */
@Service
@Command(scope = "bank", name = "import", description = "Books the credits of a camt.054 file")
public final class ImportCommand implements Action {

    @Option(name = "--json", description = "JSON; amounts in mils")
    boolean json;

    @Reference
    Session session;

    @Reference
    BankFiles bank;

    @Argument(name = "file", description = "camt.054", required = true)
    @Completion(FileCompleter.class)
    String file;

    @Override
    public Object execute() throws Exception {
        CreditNoticeResult result = bank.importCreditNotice(Path.of(file));
        new Listing("messageId", "booked", "repeated", "suspense", "amount", "notes")
                .row(result.messageId(), result.booked(), result.repeated(), result.suspense(),
                        Listing.mils(result.amountMils()), String.join("; ", result.notes()))
                .printOne(session.getConsole(), json);
        return null;
    }
}
