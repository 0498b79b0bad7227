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

/** Pulls a card out. */
@Service
@Command(scope = "card", name = "remove", description = "Pulls the virtual card out, whatever it is doing")
public final class RemoveCommand implements Action {

    @Argument(name = "slot", description = "Slot; the first with a card if left out")
    @Completion(SlotCompleter.class)
    private String slot = "";

    @Reference
    private CardDrawer drawer;

    @Override
    public Object execute() throws RefusedException {
        drawer.remove(slot);
        System.out.println(slot.isEmpty() ? "the card is out" : "slot " + slot + " is empty");
        return null;
    }
}
