// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.api;

/**
 * How well a driver serves a hardware model.
 *
 * @param serves false: it is never used on this model
 * @param rank the highest one is used first
 * @param reason for people
 */
public record Fit(boolean serves, int rank, String reason) {

    /** Rank of a driver that the catalogue does not name and that itself names the model. */
    public static final int DECLARED = 10;

    /** Rank of a driver that the catalogue does not name and that serves any model. */
    public static final int ANY = 0;
}
