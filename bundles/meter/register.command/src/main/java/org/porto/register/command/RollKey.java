// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import java.security.SecureRandom;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.model.api.PortoException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.VaultService;

/** {@code vault:roll-key}. */
@Service
@Command(
        scope = "vault",
        name = "roll-key",
        description = "New register records are authenticated under a new version of the meter's register key")
public final class RollKey implements Action {

    @Option(name = "--id", description = "Transaction id, 32 hex digits, default a fresh one; the same id makes one roll-over")
    private String id = "";

    @Option(name = "--json", description = "One JSON object")
    private boolean json;

    @Option(name = "--no-format", description = "Accepted everywhere; this output has no borders")
    private boolean noFormat;

    @Reference
    private VaultService vault;

    @Reference
    private Session session;

    @Override
    public Object execute() throws PortoException {
        RegisterRecord record = vault.rollKey(id.isEmpty() ? fresh() : TransactionId.parse(id));
        new Listing("transaction", "sequence", "keyVersion")
                .row(record.transaction().value(), record.sequence(), record.reference())
                .printOne(session.getConsole(), json);
        return null;
    }

    private static TransactionId fresh() {
        byte[] random = new byte[TransactionId.BYTES];
        new SecureRandom().nextBytes(random);
        return TransactionId.of(random);
    }
}
