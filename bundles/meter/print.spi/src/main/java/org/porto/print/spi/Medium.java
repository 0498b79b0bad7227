// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

/**
 * A sheet or label.
 *
 * @param name PWG 5101.1 self-describing name, for example {@code iso_dl_110x220mm}, or empty
 * @param widthMicrometres across the way it moves
 * @param lengthMicrometres along the way it moves
 */
public record Medium(String name, int widthMicrometres, int lengthMicrometres) {

    public Medium {
        if (widthMicrometres < 1 || lengthMicrometres < 1) {
            throw new IllegalArgumentException("medium of " + widthMicrometres + " x " + lengthMicrometres);
        }
    }
}
