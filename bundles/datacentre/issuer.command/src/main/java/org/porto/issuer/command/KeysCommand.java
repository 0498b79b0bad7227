// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.command;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.console.api.Listing;
import org.porto.issuer.api.CardKeyVersion;
import org.porto.issuer.api.CardKeys;
import org.porto.model.api.PortoException;

@Service
@Command(scope = "issuer", name = "keys", description = "Lists the versions of the keys that cards hold, and how many cards have each")
public final class KeysCommand implements Action {

    @Option(name = "--json", description = "print JSON")
    private boolean json;

    @Option(name = "--no-format", description = "leave the table's borders out")
    private boolean noFormat;

    @Reference
    private CardKeys keys;

    @Override
    public Object execute() throws PortoException {
        Listing listing = listing();
        for (CardKeyVersion version : keys.versions()) {
            add(listing, version);
        }
        listing.print(System.out, json, noFormat);
        return null;
    }

    static Listing listing() {
        return new Listing("key", "version", "current", "inUse", "cards", "waiting", "certified", "check", "created");
    }

    static void add(Listing listing, CardKeyVersion version) {
        listing.row(
                version.key().text(),
                version.version(),
                version.current(),
                version.inUse(),
                version.cards(),
                version.waiting(),
                version.certified(),
                version.checkValue(),
                version.created().toString());
    }
}
