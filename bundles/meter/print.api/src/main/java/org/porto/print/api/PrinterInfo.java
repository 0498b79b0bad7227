// SPDX-License-Identifier: Apache-2.0
package org.porto.print.api;

import java.util.List;

/**
 * @param name driver id
 * @param matches whether the driver serves this meter's hardware model
 * @param state {@code ready}, {@code printing}, {@code stopped} or {@code quarantined}
 */
public record PrinterInfo(String name, String driverVersion, boolean matches, String state, List<String> stateReasons) {

    public PrinterInfo {
        stateReasons = List.copyOf(stateReasons);
    }
}
