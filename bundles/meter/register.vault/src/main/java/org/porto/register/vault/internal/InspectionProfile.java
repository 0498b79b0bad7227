// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.porto.register.api.Inspection;

/** How long a meter may be without contact: warned after one span, nothing spent after the other (rule V7). */
enum InspectionProfile {
    DAYS_90_120("90/120", Duration.ofDays(90), Duration.ofDays(120)),
    HOURS_72("72h", Duration.ofHours(48), Duration.ofHours(72)),
    DAYS_21_7("21+7", Duration.ofDays(21), Duration.ofDays(28)),
    /** Whatever deadline the data centre sets; warned thirty days before. */
    HOST("host", Duration.ofDays(3620), Duration.ofDays(3650));

    /** The clocks of meter and data centre may differ. */
    private static final Duration SLACK = Duration.ofDays(1);

    final String text;
    private final Duration warn;
    private final Duration lock;

    InspectionProfile(String text, Duration warn, Duration lock) {
        this.text = text;
        this.warn = warn;
        this.lock = lock;
    }

    static Optional<InspectionProfile> of(String text) {
        return Arrays.stream(values()).filter(profile -> profile.text.equals(text)).findFirst();
    }

    /** Whether a deadline set at this time lies within the profile. */
    boolean allows(Instant at, Instant deadline) {
        return this == HOST || !deadline.isAfter(at.plus(lock).plus(SLACK));
    }

    Inspection at(Instant now, Instant deadline) {
        if (deadline.equals(Instant.EPOCH)) {
            return new Inspection(text, Instant.EPOCH, Instant.EPOCH, Inspection.Phase.NOT_BEGUN);
        }
        Instant warnFrom = deadline.minus(lock.minus(warn));
        Inspection.Phase phase = now.isAfter(deadline)
                ? Inspection.Phase.OVERDUE
                : now.isBefore(warnFrom) ? Inspection.Phase.GOOD : Inspection.Phase.DUE;
        return new Inspection(text, warnFrom, deadline, phase);
    }
}
