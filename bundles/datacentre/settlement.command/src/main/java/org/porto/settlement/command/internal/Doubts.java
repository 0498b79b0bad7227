// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.command.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.porto.console.api.Listing;
import org.porto.settlement.api.Doubt;

/** How transfers in doubt are shown. */
final class Doubts {

    private Doubts() {}

    static Listing listing(List<Doubt> doubts, Instant now, boolean json) {
        Listing listing = new Listing(
                "transaction", "meter", "card", "amount", "fee", "state", "evidence", "reported", json ? "ageSeconds" : "age");
        for (Doubt d : doubts) {
            long seconds = Math.max(0, Duration.between(d.since(), now).toSeconds());
            listing.row(
                    d.transaction().value(),
                    d.meter().value(),
                    d.card().value(),
                    Listing.mils(d.amountMils()),
                    Listing.mils(d.feeMils()),
                    d.state().name(),
                    d.evidence().name(),
                    d.reported().truncatedTo(ChronoUnit.SECONDS).toString(),
                    json ? (Object) seconds : age(seconds));
        }
        return listing;
    }

    static Listing one(Doubt d, Instant now, boolean json) {
        long seconds = Math.max(0, Duration.between(d.since(), now).toSeconds());
        return new Listing(
                        "transaction",
                        "meter",
                        "card",
                        "amount",
                        "fee",
                        "state",
                        "meaning",
                        "evidence",
                        "cardTransaction",
                        "reason",
                        "since",
                        "reported",
                        "changed",
                        json ? "ageSeconds" : "age")
                .row(
                        d.transaction().value(),
                        d.meter().value(),
                        d.card().value(),
                        Listing.mils(d.amountMils()),
                        Listing.mils(d.feeMils()),
                        d.state().name(),
                        d.state().text(),
                        d.evidence().name(),
                        d.cardTransaction(),
                        d.reason(),
                        d.since().toString(),
                        d.reported().toString(),
                        d.changed().toString(),
                        json ? (Object) seconds : age(seconds));
    }

    private static String age(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 2 * 3600) {
            return seconds / 60 + " min";
        }
        return seconds < 2 * 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }
}
