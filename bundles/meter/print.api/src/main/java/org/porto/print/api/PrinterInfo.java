// SPDX-License-Identifier: Apache-2.0
package org.porto.print.api;

import java.util.List;
import java.util.Optional;
import org.porto.print.spi.Medium;
import org.porto.print.spi.StateReason;

/**
 * @param name driver id, or {@code driver-id/printer-name} where a driver serves several
 * @param matches whether it serves this meter: its hardware model and its profile
 * @param rank the highest one is taken first
 * @param state {@code ready}, {@code printing}, {@code stopped} or {@code quarantined}
 * @param stateReasons IPP printer-state-reasons; of a driver in quarantine, why it is there
 * @param medium what the next page goes on, empty when any size will do or it cannot be asked now
 * @param capabilities {@code media}, {@code trays}, {@code nonce}
 */
public record PrinterInfo(
        String name,
        String driverId,
        String driverVersion,
        boolean matches,
        int rank,
        String state,
        List<String> stateReasons,
        Optional<Medium> medium,
        List<String> capabilities) {

    public PrinterInfo {
        stateReasons = List.copyOf(stateReasons);
        capabilities = List.copyOf(capabilities);
    }

    /** What is the matter with a stopped printer: {@code PRT-004} when only its medium is, else {@code PRT-003}. */
    public PrintCode stoppedBy() {
        boolean device = stateReasons.isEmpty()
                || stateReasons.stream()
                        .map(StateReason::parse)
                        .anyMatch(r -> r.stops() && r.fault() == StateReason.Fault.DEVICE);
        return device ? PrintCode.PRINTER_FAILED : PrintCode.MEDIUM_FAILED;
    }
}
