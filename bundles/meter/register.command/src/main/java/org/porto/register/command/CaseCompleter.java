// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.model.api.RefusedException;
import org.porto.register.api.CaseFile;
import org.porto.register.api.VaultService;

/** Names of case files and repair reports. */
@Service
public final class CaseCompleter implements Completer {

    @Reference
    private VaultService vault;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        try {
            return new StringsCompleter(vault.cases().stream().map(CaseFile::name).toList()).complete(session, line, candidates);
        } catch (RefusedException e) {
            return -1; // nothing to offer; the command itself says why
        }
    }
}
