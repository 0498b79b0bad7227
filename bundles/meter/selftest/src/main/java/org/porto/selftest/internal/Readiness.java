// SPDX-License-Identifier: Apache-2.0
package org.porto.selftest.internal;

import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the readiness service up and takes it down as the check says. */
final class Readiness implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    private final Supplier<Optional<String>> check;
    private final Supplier<Runnable> publish;
    private Runnable withdraw;
    private String complaint = "";
    private boolean closed;

    /** @param publish registers the service and gives back how to take it away */
    Readiness(Supplier<Optional<String>> check, Supplier<Runnable> publish) {
        this.check = check;
        this.publish = publish;
    }

    synchronized void look() {
        if (closed) {
            return;
        }
        Optional<String> found = check.get();
        if (found.isEmpty() && withdraw == null) {
            withdraw = publish.get();
            LOG.info("meter is ready");
        } else if (found.isPresent()) {
            retract();
            if (!found.get().equals(complaint)) {
                LOG.warn("meter is not ready: {}", found.get());
            }
        }
        complaint = found.orElse("");
    }

    private void retract() {
        if (withdraw != null) {
            withdraw.run();
            withdraw = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        retract();
    }
}
