// SPDX-License-Identifier: Apache-2.0
package org.porto.platform.clock.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.porto.model.api.Ticker;

/** The monotonic clock of the virtual machine. */
@Component(name = "org.porto.platform.clock.ticker", service = Ticker.class)
public final class MonotonicTicker implements Ticker {

    @Activate
    public MonotonicTicker() {}

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
