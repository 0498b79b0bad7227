// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.porto.launcher.LauncherException;
import org.porto.launcher.Site;

/** A virtual card out of the site's drawer, in simulated readers. */
final class DrawerHand implements Hand {

    private final Consoles consoles;
    private final String label;
    /** Where the card was put last, null when not known. */
    private String cardAt;

    DrawerHand(Consoles consoles) {
        this(consoles, CARD);
    }

    DrawerHand(Consoles consoles, String label) {
        this.consoles = consoles;
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    /** Out of whatever reader it is in. */
    void takeAway() throws StepFailed, LauncherException {
        for (String name : Site.NAMES) {
            for (JsonNode card : consoles.json(name, "card:drawer")) {
                String slot = card.get("slot").asText();
                if (card.get("label").asText().equals(label) && !slot.isEmpty()) {
                    remove(name, slot);
                }
            }
        }
        cardAt = null;
    }

    /** A command whose answer got lost is given again and then refused: what counts is what lies in the drawer. */
    @Override
    public void make() throws StepFailed, LauncherException {
        if (made()) {
            return;
        }
        try {
            consoles.text(Site.DATACENTRE, "card:create " + label);
        } catch (StepFailed e) {
            if (!e.code().equals("DRW-006") || !made()) {
                throw e;
            }
        }
    }

    private boolean made() throws StepFailed, LauncherException {
        for (JsonNode card : consoles.json(Site.DATACENTRE, "card:drawer")) {
            if (card.get("label").asText().equals(label)) {
                return true;
            }
        }
        return false;
    }

    private void remove(String instance, String slot) throws StepFailed, LauncherException {
        try {
            consoles.text(instance, "card:remove " + slot);
        } catch (StepFailed e) {
            if (!e.code().equals("DRW-003")) {
                throw e;
            }
        }
    }

    @Override
    public void insert(String wanted) throws StepFailed, LauncherException {
        if (wanted.equals(cardAt)) {
            return;
        }
        List<String> places = cardAt == null ? Site.NAMES : List.of(cardAt);
        cardAt = null;
        for (String name : places) {
            for (JsonNode card : consoles.json(name, "card:drawer")) {
                String slot = card.get("slot").asText();
                if (card.get("label").asText().equals(label) && !slot.isEmpty()) {
                    if (name.equals(wanted)) {
                        cardAt = wanted;
                        return;
                    }
                    remove(name, slot);
                }
            }
        }
        consoles.text(wanted, "card:insert " + label);
        cardAt = wanted;
    }
}
