// SPDX-License-Identifier: Apache-2.0
package org.porto.system.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.console.api.Listing;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyService;

@Service
@Command(scope = "keys", name = "list", description = "Shows the keys of this device, never their bytes")
public final class KeysListCommand implements Action {

    @Reference
    private KeyService keys;

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Option(name = "--no-format", description = "Without borders and colours")
    private boolean noFormat;

    @Override
    public Object execute() {
        Listing listing = new Listing("name", "kind", "version", "checkValue", "created", "current", "certificate");
        for (KeyInfo key : keys.list()) {
            listing.row(
                    key.name(),
                    key.kind().name(),
                    key.version(),
                    key.checkValue(),
                    key.created().toString(),
                    key.current(),
                    key.current() && keys.certificate(key.name()).isPresent());
        }
        listing.print(System.out, json, noFormat);
        return null;
    }
}
