// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.porto.launcher.LauncherException;
import org.porto.launcher.Site;

/** The card of another process, carried between the PC/SC readers of the instances. */
final class PcscHand implements Hand, AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration SEEN_LIMIT = Duration.ofSeconds(15);
    private static final int INSERTIONS_MAX = 3;

    private final Path root;
    private final Site site;
    private final Consoles consoles;
    private final Map<String, Pcscd> services;
    private CardProcess card;
    private String cardAt = "";
    private int again;

    PcscHand(Path root, Site site, Consoles consoles, Map<String, Pcscd> services) {
        this.root = root;
        this.site = site;
        this.consoles = consoles;
        this.services = services;
    }

    /** The transport key goes where the issuer keeps them; a card file there is none. */
    @Override
    public void make() throws LauncherException {
        if (card == null) {
            Path key = site.folder().resolve("cards").resolve(CARD + ".transport");
            card = new CardProcess(root, key, site.folder().resolve("log/card.log"));
        }
    }

    @Override
    public void insert(String instance) throws StepFailed, LauncherException {
        if (instance.equals(cardAt)) {
            return;
        }
        for (int tries = 1; ; tries++) {
            remove();
            // the station's card speaks T=0, so that both protocols are gone through
            card.insert(services.get(instance).port(), instance.equals(Site.STATION) ? "T0" : "T1");
            cardAt = instance;
            if (instance.equals(Site.DATACENTRE) || seen(instance, tries < INSERTIONS_MAX)) {
                return;
            }
            again++;
        }
    }

    /** A card that a reader does not see is pulled out and put in again, as people do; how often is told. */
    private boolean seen(String instance, boolean mayTryAgain) throws StepFailed, LauncherException {
        try {
            await(instance, mayTryAgain ? SEEN_LIMIT : LIMIT, "ready", "card");
            return true;
        } catch (StepFailed e) {
            if (!mayTryAgain) {
                throw e;
            }
            return false;
        }
    }

    /** How often a card had to be put in once more. */
    int insertedAgain() {
        return again;
    }

    void remove() throws LauncherException {
        card.remove();
        cardAt = "";
    }

    void arm(String fault, String instruction) throws LauncherException {
        card.arm(fault, instruction);
    }

    String fault() throws LauncherException {
        return card.fault();
    }

    long commands() throws LauncherException {
        return card.commands();
    }

    String slot(String instance) {
        return "pcsc/" + services.get(instance).slot();
    }

    /** State and detail of the reader as the instance lists it, empty when it does not. */
    String reader(String instance) throws StepFailed, LauncherException {
        for (JsonNode row : consoles.json(instance, "driver:list")) {
            if (row.get("name").asText().equals(slot(instance))) {
                return row.get("state").asText() + " " + row.get("detail").asText();
            }
        }
        return "";
    }

    /** Waits until the reader is as wanted; empty: until there is none. */
    void await(String instance, String... wanted) throws StepFailed, LauncherException {
        await(instance, LIMIT, wanted);
    }

    private void await(String instance, Duration limit, String... wanted) throws StepFailed, LauncherException {
        String all = String.join(" ", wanted);
        long end = System.nanoTime() + limit.toNanos();
        String found = reader(instance);
        while (!found.strip().equals(all)) {
            if (System.nanoTime() > end) {
                throw new StepFailed("", "reader of " + instance + " is '" + found + "', not '" + all + "'");
            }
            Pause.millis(100);
            found = reader(instance);
        }
    }

    @Override
    public void close() {
        if (card != null) {
            card.close();
        }
    }
}
