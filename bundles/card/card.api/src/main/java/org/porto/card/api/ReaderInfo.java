// SPDX-License-Identifier: Apache-2.0
package org.porto.card.api;

/**
 * One slot of one driver.
 *
 * @param name {@code driver-id/slot-name}, unique in the product
 * @param driverVersion version of the bundle that the driver came in
 * @param matches whether the driver serves this meter's hardware model
 * @param state {@code ready}, {@code claimed} or {@code quarantined}
 */
public record ReaderInfo(
        String name, String driverId, String driverVersion, boolean matches, boolean cardPresent, String state) {}
