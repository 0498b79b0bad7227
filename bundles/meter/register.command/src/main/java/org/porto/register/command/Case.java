// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.ConsoleCode;
import org.porto.console.api.Listing;
import org.porto.model.api.RefusedException;
import org.porto.register.api.CaseFile;
import org.porto.register.api.VaultService;

/** {@code register:case}: works while the vault is locked, that is when it is needed. */
@Service
@Command(scope = "register", name = "case", description = "Lists case files and repair reports of the vault, or shows one")
public final class Case implements Action {

    @Argument(name = "name", description = "Case file or repair report to show, for example case-1; without it all are listed")
    @Completion(CaseCompleter.class)
    private String name = "";

    @Option(name = "--json", description = "JSON array, or one JSON object with its text")
    private boolean json;

    @Option(name = "--no-format", description = "Table without borders")
    private boolean noFormat;

    @Reference
    private VaultService vault;

    @Reference
    private Session session;

    @Override
    public Object execute() throws Exception {
        if (name.isEmpty()) {
            Listing listing = new Listing("name", "time", "code", "locks");
            for (CaseFile file : vault.cases()) {
                listing.row(file.name(), file.time().toString(), file.code(), file.locks());
            }
            listing.print(session.getConsole(), json, noFormat);
            return null;
        }
        CaseFile file = vault.cases().stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RefusedException(ConsoleCode.NOT_THERE, "case file '" + name + "'"));
        if (json) {
            new Listing("name", "time", "code", "locks", "text")
                    .row(file.name(), file.time().toString(), file.code(), file.locks(), file.text())
                    .printOne(session.getConsole(), true);
        } else {
            session.getConsole().println(file.text().stripTrailing());
        }
        return null;
    }
}
