// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.tms.api.TmsClient;

@Service
@Command(scope = "tms", name = "enrol", description = "Gets the device its certificate and sets its vault up")
public final class EnrolCommand implements Action {

    @Reference
    private TmsClient client;

    @Reference
    private Session session;

    @Argument(name = "CODE", description = "One-time enrolment code from the data centre", required = true)
    private String code;

    @Override
    public Object execute() throws Exception {
        client.enrol(code);
        session.getConsole().println("enrolled");
        return null;
    }
}
