// SPDX-License-Identifier: Apache-2.0
package org.porto.system.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.audit.api.AuditTrail;
import org.porto.console.api.Listing;
import org.porto.model.api.RefusedException;

@Service
@Command(scope = "audit", name = "verify", description = "Walks the whole audit trail; fails at the first broken link")
public final class AuditVerifyCommand implements Action {

    @Reference
    private AuditTrail trail;

    @Option(name = "--json", description = "As JSON")
    private boolean json;

    @Override
    public Object execute() throws RefusedException {
        new Listing("entries", "result").row(trail.verify(), "unbroken").printOne(System.out, json);
        return null;
    }
}
