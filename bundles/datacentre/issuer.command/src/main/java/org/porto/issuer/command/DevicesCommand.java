// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.command;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.console.api.Listing;
import org.porto.issuer.api.DeviceInfo;
import org.porto.issuer.api.Issuer;
import org.porto.model.api.PortoException;

@Service
@Command(scope = "issuer", name = "devices", description = "Lists devices")
public final class DevicesCommand implements Action {

    @Option(name = "--json", description = "print JSON")
    private boolean json;

    @Option(name = "--no-format", description = "leave the table's borders out")
    private boolean noFormat;

    @Reference
    private Issuer issuer;

    @Override
    public Object execute() throws PortoException {
        Listing listing = new Listing("device", "role", "customer", "state", "iban");
        for (DeviceInfo device : issuer.devices()) {
            listing.row(
                    device.device().value(),
                    device.role().name(),
                    device.customer().value(),
                    device.state(),
                    device.payoutIban());
        }
        listing.print(System.out, json, noFormat);
        return null;
    }
}
