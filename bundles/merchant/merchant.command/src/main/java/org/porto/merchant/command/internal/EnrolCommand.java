// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.merchant.api.MerchantPoint;

@Service
@Command(scope = "merchant", name = "enrol", description = "Gets the merchant point its certificates")
public final class EnrolCommand implements Action {

    @Reference
    private MerchantPoint point;

    @Reference
    private Session session;

    @Argument(name = "CODE", description = "One-time enrolment code from the data centre", required = true)
    private String code;

    @Override
    public Object execute() throws Exception {
        point.enrol(code);
        session.getConsole().println("enrolled");
        return null;
    }
}
