// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.porto.console.api.Listing;
import org.porto.franking.api.FrankingService;
import org.porto.franking.api.PaymentSource;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.PortoException;
import org.porto.model.api.TransactionId;

@Service
@Command(scope = "frank", name = "run", description = "Frank a mail file, row by row")
public final class RunCommand implements Action {

    @Argument(name = "file", description = "CSV with a heading: recipient, value, optional class", required = true)
    @Completion(FileCompleter.class)
    private String file = "";

    @Option(name = "--card", description = "The inserted card pays, not the meter")
    private boolean card;

    @Option(name = "--printer", description = "Printer, default the best one")
    private String printer = "";

    @Option(
            name = "--run",
            aliases = "--id",
            description = "Run id, 32 hex digits, default a fresh one; the same id takes a run up again")
    private String run = "";

    @Option(name = "--json", description = "One JSON object, amounts in mils")
    private boolean json;

    @Option(name = "--no-format", description = "Table of errors without borders")
    private boolean noFormat;

    @Reference
    private FrankingService franking;

    @Reference
    private MeterIdentity meter;

    @Reference
    private Session session;

    @Override
    public Object execute() throws PortoException {
        PrintStream out = session.getConsole();
        TransactionId id = Ids.given(run);
        boolean live = !json && session.getTerminal() != null;
        LongConsumer progress = live ? rows -> progress(out, rows) : rows -> {};
        MailRun mail = new MailRun(
                franking,
                meter.currency(),
                id,
                card ? PaymentSource.CARD : PaymentSource.REGISTERS,
                printer,
                progress);
        try {
            mail.frank(Path.of(file));
        } finally {
            print(out, id, mail, live);
        }
        return null;
    }

    private void print(PrintStream out, TransactionId id, MailRun mail, boolean live) {
        if (json) {
            out.println(mail.json());
            return;
        }
        if (live) {
            out.print("\r\u001b[K");
        }
        new Listing("run", "franked", "skipped", "total", "spoiled")
                .row(id.value(), mail.franked(), mail.skipped(), Listing.mils(mail.totalMils()), mail.spoiled())
                .printOne(out, false);
        if (!mail.errors().isEmpty()) {
            Listing errors = new Listing("line", "reason");
            mail.errors().forEach(e -> errors.row(e.line(), e.reason()));
            errors.print(out, false, noFormat);
        }
    }

    private static void progress(PrintStream out, long rows) {
        if (rows % 10 == 0) {
            out.print("\r" + rows + " rows");
            out.flush();
        }
    }
}
