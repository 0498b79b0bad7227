// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.indicium.api.IndiciumSigner;

@Service
public final class ProfileCompleter implements Completer {

    @Reference
    private IndiciumSigner indicia;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(indicia.profiles()).complete(session, line, candidates);
    }
}
