// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/** Checked configuration. */
record Settings(Pattern readers, boolean exclusive, String protocol, Duration answer, Duration poll) {

    private static final Set<String> PROTOCOLS = Set.of("*", "T=0", "T=1");

    Settings {
        // card.core gives a driver ten seconds and puts it into quarantine then; a mute card must be told of before
        if (answer.toMillis() < 1 || answer.toSeconds() > 9 || poll.toMillis() < 1 || poll.toSeconds() > 5) {
            throw new IllegalArgumentException("answer.seconds must be 1 to 9, poll.millis 50 to 5000");
        }
        if (!PROTOCOLS.contains(protocol)) {
            throw new IllegalArgumentException("protocol must be one of " + PROTOCOLS + ", not '" + protocol + "'");
        }
    }

    static Settings of(PcscConfig config) {
        return new Settings(
                Pattern.compile(config.readers()),
                config.exclusive(),
                config.protocol(),
                Duration.ofSeconds(config.answer_seconds()),
                Duration.ofMillis(config.poll_millis()));
    }
}
