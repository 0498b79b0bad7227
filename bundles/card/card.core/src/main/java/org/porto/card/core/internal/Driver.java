// SPDX-License-Identifier: Apache-2.0
package org.porto.card.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.porto.card.spi.CardReaderDriver;
import org.porto.card.spi.CardSlot;
import org.porto.card.spi.ReaderException;
import org.porto.driver.api.Fit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A driver as the registry knows it. */
final class Driver {

    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);

    /** A slot as last seen. */
    record Seen(String name, CardSlot slot, boolean cardPresent) {}

    /** How well it serves this device's hardware, where no catalogue says so. */
    enum Match {
        EXACT(new Fit(true, Fit.DECLARED, "it declares this model")),
        ANY(new Fit(true, Fit.ANY, "it declares any model")),
        NONE(new Fit(false, 0, "it declares other models"));

        private final Fit fit;

        Match(Fit fit) {
            this.fit = fit;
        }
    }

    private final String id;
    private final String version;
    /** Asked at every choice: the catalogue may change. */
    private final Supplier<Fit> fit;
    private final CardReaderDriver service;
    private final Worker worker;
    private volatile List<Seen> seen = List.of();
    private volatile String quarantine = "";
    private volatile boolean leaving;

    Driver(String id, String version, Match match, CardReaderDriver service) {
        this(id, version, () -> match.fit, service);
    }

    Driver(String id, String version, Supplier<Fit> fit, CardReaderDriver service) {
        this.id = id;
        this.version = version;
        this.fit = fit;
        this.service = service;
        this.worker = new Worker("card-driver-" + id);
    }

    String id() {
        return id;
    }

    String version() {
        return version;
    }

    Fit fit() {
        return fit.get();
    }

    CardReaderDriver service() {
        return service;
    }

    boolean quarantined() {
        return !quarantine.isEmpty();
    }

    String quarantine() {
        return quarantine;
    }

    void quarantine(String reason, Throwable cause) {
        if (quarantine.isEmpty()) {
            quarantine = reason;
            LOG.error("CRD-008 driver {} is in quarantine until it is reinstalled: {}", id, reason, cause);
        }
    }

    boolean leaving() {
        return leaving;
    }

    void leave() {
        leaving = true;
    }

    List<Seen> seen() {
        return seen;
    }

    /** Looks at all slots but those in use, which stay as they were seen: the claim's thread has them. */
    List<Seen> look(java.util.function.Predicate<String> inUse, Duration limit) {
        if (quarantined() || leaving) {
            return seen;
        }
        try {
            seen = worker.call(() -> slots(inUse), limit);
        } catch (TimeoutException e) {
            quarantine("slots hang", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReaderException) {
                LOG.debug("CRD-003 driver {} cannot see its slots", id, e.getCause());
                seen = List.of();
            } else {
                quarantine("slots throw " + e.getCause(), e.getCause());
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("driver {} is gone", id, e);
        }
        return seen;
    }

    private List<Seen> slots(java.util.function.Predicate<String> inUse) throws ReaderException {
        List<Seen> found = new ArrayList<>();
        for (CardSlot slot : service.slots()) {
            String name = id + "/" + slot.name();
            found.add(new Seen(name, slot, inUse.test(name) || slot.cardPresent()));
        }
        return List.copyOf(found);
    }

    void close() {
        worker.close();
    }
}
