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
    private static final int SERVICE_LOOKS_MILLIS = 1000;

    private final Path root;
    private final Site site;
    private final Consoles consoles;
    private final Map<String, Pcscd> services;
    private CardProcess card;
    private String cardAt = "";

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
        remove();
        // pcscd marks a reader empty when a reset fails, and looks by itself every 400 ms: a card back before that is taken for the old one
        Pause.millis(SERVICE_LOOKS_MILLIS);
        // the station's card speaks T=0, so that both protocols are gone through
        card.insert(services.get(instance).port(), instance.equals(Site.STATION) ? "T0" : "T1");
        cardAt = instance;
        if (!instance.equals(Site.DATACENTRE)) {
            await(instance, "ready", "card");
        }
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
        String all = String.join(" ", wanted);
        long end = System.nanoTime() + LIMIT.toNanos();
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
