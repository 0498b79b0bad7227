// SPDX-License-Identifier: Apache-2.0
package org.porto.card.command.internal;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.card.drawer.api.CardDrawer;
import org.porto.card.drawer.api.DrawerCard;
import org.porto.card.drawer.api.DrawerCode;
import org.porto.model.api.RefusedException;

/** Puts a card into a slot. */
@Service
@Command(
        scope = "card",
        name = "insert",
        description = "Puts a virtual card into a slot",
        detailedDescription = "A card that is in that slot already is left there: repeating the command after a lost answer is safe. Another card in the slot "
                + "is DRW-002; a card that is in another slot or at another station is DRW-004.")
public final class InsertCommand implements Action {

    @Argument(index = 0, name = "label", description = "Card", required = true)
    @Completion(LabelCompleter.class)
    private String label;

    @Argument(index = 1, name = "slot", description = "Slot; the first if left out")
    @Completion(SlotCompleter.class)
    private String slot = "";

    @Reference
    private CardDrawer drawer;

    @Override
    public Object execute() throws RefusedException {
        try {
            drawer.insert(label, slot);
        } catch (RefusedException e) {
            String now = where();
            boolean there = e.code().equals(DrawerCode.SLOT_OCCUPIED.code()) && !now.isEmpty() && (slot.isEmpty() || slot.equals(now));
            if (!there) {
                if (e.code().equals(DrawerCode.CARD_ELSEWHERE.code()) && !now.isEmpty()) {
                    throw new RefusedException(DrawerCode.CARD_ELSEWHERE, label + " is in slot " + now, e);
                }
                throw e;
            }
            // the answer to an earlier insert was lost: what was asked for is so
        }
        System.out.println(label + " is in slot " + where());
        return null;
    }

    /** The slot that the card is in here; empty when in none. */
    private String where() throws RefusedException {
        return drawer.cards().stream()
                .filter(card -> card.label().equals(label))
                .map(DrawerCard::slot)
                .findFirst()
                .orElse("");
    }
}
