// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.porto.console.api.Listing;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferInfo;

/** How transfers are shown. */
final class Transfers {

    private Transfers() {}

    /** One layout for all; ages are whole seconds in JSON and words in a table. */
    static Listing listing(List<TransferInfo> transfers, Instant now, boolean json) {
        Listing listing = new Listing(
                "transaction", "card", "amount", "fee", "state", "block", "settled", "since", json ? "ageSeconds" : "age");
        for (TransferInfo t : transfers) {
            long seconds = Math.max(0, Duration.between(t.since(), now).toSeconds());
            listing.row(
                    t.transaction().value(),
                    t.card().value(),
                    Listing.mils(t.amountMils()),
                    Listing.mils(t.feeMils()),
                    t.block().name(),
                    number(t.reached()),
                    t.settled(),
                    json ? t.since().toString() : t.since().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString(),
                    json ? (Object) seconds : age(seconds));
        }
        return listing;
    }

    /** Number in figure 8; null where it has none. */
    static Integer number(TransferBlock block) {
        return block.number().isPresent() ? block.number().getAsInt() : null;
    }

    static String age(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 2 * 3600) {
            return seconds / 60 + " min";
        }
        return seconds < 2 * 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }

    /** As it is told to somebody who waits at a terminal. */
    static String line(TransferBlock block) {
        return String.format("  %-4s%s", block.number().isPresent() ? block.number().getAsInt() : "", block.text());
    }
}
