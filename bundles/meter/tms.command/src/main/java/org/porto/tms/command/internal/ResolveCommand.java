// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.tms.api.TmsClient;

@Service
@Command(scope = "tms", name = "resolve", description = "Ends a pending refill")
public final class ResolveCommand implements Action {

    @Reference
    private TmsClient client;

    @Reference
    private Session session;

    @Override
    public Object execute() throws Exception {
        session.getConsole().println(client.resolve() ? "a pending refill has ended" : "no refill is pending");
        return null;
    }
}
