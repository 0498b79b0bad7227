// SPDX-License-Identifier: Apache-2.0
package org.porto.platform.clock.internal;

import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class ClockTest {

    @Test
    public void wallClockIsTheSystemsClock() {
        long before = System.currentTimeMillis();
        long told = new WallClock().instant().toEpochMilli();
        long toldMillis = new WallClock().millis();
        long after = System.currentTimeMillis();
        assertTrue(before <= told && told <= toldMillis && toldMillis <= after);
    }

    @Test
    public void tickerNeverGoesBack() {
        MonotonicTicker ticker = new MonotonicTicker();
        long last = ticker.nanos();
        for (int i = 0; i < 10_000; i++) {
            long now = ticker.nanos();
            assertTrue(now - last >= 0);
            last = now;
        }
    }
}
