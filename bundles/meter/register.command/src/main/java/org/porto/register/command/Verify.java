// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.register.api.VaultService;

/** {@code register:verify}: fails with {@code REG-018} at the first broken record; says how much it had to mend from the other copy. */
@Service
@Command(scope = "register", name = "verify", description = "Verifies every record of both stores and of the archive")
public final class Verify implements Action {

    @Reference
    private VaultService vault;

    @Reference
    private Session session;

    @Option(name = "--json", description = "One JSON object")
    private boolean json;

    @Option(name = "--no-format", description = "Accepted everywhere; this output has no borders")
    private boolean noFormat;

    @Override
    public Object execute() throws Exception {
        ProgressLine progress = ProgressLine.of(session, json);
        long repairsBefore = vault.health().repairs();
        long records;
        try {
            records = vault.verify(progress);
        } finally {
            progress.end();
        }
        long repairs = vault.health().repairs() - repairsBefore; // each has its report, see register:case
        new Listing("records", "repairs", "ok").row(records, repairs, true).printOne(session.getConsole(), json);
        return null;
    }
}
