// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.command;

import java.util.Arrays;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.console.api.Listing;
import org.porto.issuer.api.CardKey;
import org.porto.issuer.api.CardKeyVersion;
import org.porto.issuer.api.CardKeys;
import org.porto.issuer.api.IssuerCode;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;

@Service
@Command(
        scope = "issuer",
        name = "key-roll",
        description = "Makes the next version of a key that cards hold; each card in service gets an order that waits at every station")
public final class KeyRollCommand implements Action {

    @Argument(index = 0, name = "key", required = true, description = "orders or issuer")
    @Completion(value = StringsCompleter.class, values = {"orders", "issuer"})
    private String key;

    @Option(name = "--to", description = "version to reach, so that a repetition rolls nothing twice; default: the next one")
    private Integer to;

    @Option(name = "--json", description = "print JSON")
    private boolean json;

    @Reference
    private CardKeys keys;

    @Override
    public Object execute() throws PortoException {
        CardKey named = Arrays.stream(CardKey.values())
                .filter(one -> one.text().equals(key))
                .findFirst()
                .orElseThrow(() -> new RefusedException(IssuerCode.FIELD_WRONG, "a key is orders or issuer, not '" + key + "'"));
        keys.roll(named, to == null ? current(named).version() + 1 : to);
        Listing listing = KeysCommand.listing();
        KeysCommand.add(listing, current(named));
        listing.printOne(System.out, json);
        return null;
    }

    private CardKeyVersion current(CardKey named) throws RefusedException {
        return keys.versions().stream()
                .filter(version -> version.key() == named && version.current())
                .findFirst()
                .orElseThrow();
    }
}
