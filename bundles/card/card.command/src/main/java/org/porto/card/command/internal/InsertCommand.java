// SPDX-License-Identifier: Apache-2.0
package org.porto.card.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.card.drawer.api.CardDrawer;
import org.porto.model.api.RefusedException;

/** Puts a card into a slot. */
@Service
@Command(scope = "card", name = "insert", description = "Puts a virtual card into a slot")
public final class InsertCommand implements Action {

    @Argument(index = 0, name = "label", description = "Card", required = true)
    @Completion(LabelCompleter.class)
    private String label;

    @Argument(index = 1, name = "slot", description = "Slot; the first if left out")
    private String slot = "";

    @Reference
    private CardDrawer drawer;

    @Override
    public Object execute() throws RefusedException {
        drawer.insert(label, slot);
        return null;
    }
}
