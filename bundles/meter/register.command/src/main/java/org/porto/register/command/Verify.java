// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.console.api.Listing;
import org.porto.register.api.RegisterReader;

/** {@code register:verify}: fails with {@code REG-018} at the first broken record. */
@Service
@Command(scope = "register", name = "verify", description = "Verifies every record of both stores")
public final class Verify implements Action {

    @Reference
    private RegisterReader registers;

    @Option(name = "--json", description = "One JSON object")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        new Listing("records", "ok").row(registers.verify(), true).printOne(System.out, json);
        return null;
    }
}
