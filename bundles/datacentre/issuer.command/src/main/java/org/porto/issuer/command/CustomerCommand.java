// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.command;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.issuer.api.Issuer;
import org.porto.model.api.CustomerId;
import org.porto.model.api.PortoException;

@Service
@Command(scope = "issuer", name = "customer", description = "Registers a customer, or renames one")
public final class CustomerCommand implements Action {

    @Argument(index = 0, name = "id", required = true, description = "1 to 20 of A-Z 0-9 -")
    @Completion(CustomerCompleter.class)
    private String id;

    @Argument(index = 1, name = "name", required = true, description = "name")
    private String name;

    @Reference
    private Issuer issuer;

    @Override
    public Object execute() throws PortoException {
        issuer.customer(CustomerId.parse(id), name);
        return null;
    }
}
