// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.merchant.api.MerchantPoint;

@Service
@Command(scope = "merchant", name = "status", description = "Shows whether the merchant point is enrolled")
public final class StatusCommand implements Action {

    @Reference
    private MerchantPoint point;

    @Reference
    private Session session;

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        new Listing("enrolled", "merchant")
                .row(point.enrolled(), point.merchant().value())
                .printOne(session.getConsole(), json);
        return null;
    }
}
