// SPDX-License-Identifier: Apache-2.0
package org.porto.card.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.card.drawer.api.CardDrawer;
import org.porto.model.api.RefusedException;

/** Makes a blank card. */
@Service
@Command(scope = "card", name = "create", description = "Makes a blank virtual card")
public final class CreateCommand implements Action {

    @Argument(name = "label", description = "1 to 32 of a-z 0-9 -", required = true)
    private String label;

    @Reference
    private CardDrawer drawer;

    @Override
    public Object execute() throws RefusedException {
        // The transport key stays beside the card; who personalises takes it from the drawer.
        drawer.create(label).close();
        System.out.println(label);
        return null;
    }
}
