// SPDX-License-Identifier: Apache-2.0
package org.porto.platform.clock.internal;

import java.time.Instant;
import java.time.InstantSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The wall clock of the operating system, UTC. */
@Component(name = "org.porto.platform.clock.wall", service = InstantSource.class)
public final class WallClock implements InstantSource {

    private final InstantSource source = InstantSource.system();

    @Activate
    public WallClock() {}

    @Override
    public Instant instant() {
        return source.instant();
    }

    @Override
    public long millis() {
        return source.millis();
    }
}
