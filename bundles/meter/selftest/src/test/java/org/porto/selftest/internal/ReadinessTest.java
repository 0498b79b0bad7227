// SPDX-License-Identifier: Apache-2.0
package org.porto.selftest.internal;

import static org.junit.Assert.assertEquals;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Test;

public class ReadinessTest {

    @Test
    public void theServiceIsThereExactlyWhileTheMeterIsHealthy() {
        AtomicReference<Optional<String>> complaint = new AtomicReference<>(Optional.of("REG-010"));
        AtomicInteger up = new AtomicInteger();
        Readiness readiness = new Readiness(complaint::get, () -> {
            up.incrementAndGet();
            return up::decrementAndGet;
        });
        readiness.look();
        assertEquals(0, up.get());
        complaint.set(Optional.empty());
        readiness.look();
        readiness.look();
        assertEquals(1, up.get());
        complaint.set(Optional.of("REG-011"));
        readiness.look();
        assertEquals(0, up.get());
        complaint.set(Optional.empty());
        readiness.look();
        assertEquals(1, up.get());
        readiness.close();
        readiness.look();
        assertEquals(0, up.get());
    }
}
