// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Reservations;
import org.porto.model.api.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends reservations whose time is over, now and then. Several processes may do so: each reservation ends once. */
final class Expiry implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final int PAGE = 1000;

    private final Reservations reservations;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> Database.thread(task, "ledger-expiry"));

    /** @param every zero: never */
    Expiry(Reservations reservations, Duration every) {
        this.reservations = reservations;
        if (!every.isZero()) {
            thread.scheduleWithFixedDelay(this::round, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void round() {
        try {
            List<LedgerEntry> ended;
            do {
                ended = reservations.expire(PAGE);
                ended.forEach(e -> LOG.info("reservation {} expired", e.id()));
            } while (ended.size() == PAGE && !thread.isShutdown());
        } catch (RefusedException | IllegalStateException e) {
            LOG.warn("reservations were not looked at, the next round will: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
