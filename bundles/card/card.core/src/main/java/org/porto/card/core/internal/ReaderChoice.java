// SPDX-License-Identifier: Apache-2.0
package org.porto.card.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.porto.driver.api.DriverKind;
import org.porto.driver.api.DriverVerdict;
import org.porto.driver.api.Fit;

/** Why readers are taken or passed over, as {@link Registry} chooses them. */
final class ReaderChoice {

    private ReaderChoice() {}

    /** @param drivers best first */
    static List<DriverVerdict> explain(List<Driver> drivers, List<String> named, String hardwareModel) {
        List<DriverVerdict> verdicts = new ArrayList<>();
        String chosen = "";
        for (Driver driver : drivers) {
            Fit fit = driver.fit();
            if (driver.seen().isEmpty()) {
                String reason = fit.reason()
                        + (driver.quarantined() ? "; passed over: in quarantine, " + driver.quarantine() : "; it has no reader now");
                verdicts.add(verdict(driver, driver.id(), fit, false, reason));
            }
            for (Driver.Seen seen : driver.seen()) {
                String reason = fit.reason();
                boolean takes = false;
                if (fit.serves() && driver.quarantined()) {
                    reason += "; passed over: in quarantine, " + driver.quarantine();
                } else if (fit.serves() && !seen.cardPresent()) {
                    reason += "; passed over: no card in it";
                } else if (fit.serves() && chosen.isEmpty()) {
                    takes = true;
                    chosen = seen.name();
                } else if (fit.serves()) {
                    reason += "; taken by name only: " + chosen + " comes first";
                }
                verdicts.add(verdict(driver, seen.name(), fit, takes, reason));
            }
        }
        for (String id : named) {
            if (drivers.stream().noneMatch(d -> d.id().equals(id))) {
                verdicts.add(new DriverVerdict(DriverKind.READER, id, id, "", 0, false,
                        "the catalogue names it for " + hardwareModel + ", but it is not installed or not configured"));
            }
        }
        return List.copyOf(verdicts);
    }

    private static DriverVerdict verdict(Driver driver, String name, Fit fit, boolean chosen, String reason) {
        return new DriverVerdict(DriverKind.READER, name, driver.id(), driver.version(), fit.rank(), chosen, reason);
    }
}
