// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.api;

/**
 * Why one reader or printer is taken or passed over.
 *
 * @param name of the reader or printer; the driver's id where it has none
 * @param version of the driver's bundle, empty when the catalogue names a driver that is not installed
 * @param chosen whether it is the one that is taken when none is asked for by name
 */
public record DriverVerdict(
        DriverKind kind, String name, String driverId, String version, int rank, boolean chosen, String reason) {}
