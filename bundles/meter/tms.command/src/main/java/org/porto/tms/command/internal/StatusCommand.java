// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.meter.api.MeterIdentity;
import org.porto.tms.api.TmsClient;

@Service
@Command(scope = "tms", name = "status", description = "Shows whether this device is enrolled")
public final class StatusCommand implements Action {

    @Reference
    private TmsClient client;

    @Reference
    private Session session;

    @Reference
    private MeterIdentity identity;

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        new Listing("enrolled", "serial")
                .row(client.enrolled(), identity.serial().value())
                .printOne(session.getConsole(), json);
        return null;
    }
}
