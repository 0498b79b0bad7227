// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.api;

/**
 * The Data Matrix (ISO/IEC 16022) that a profile wants.
 *
 * @param columns modules across, 0 for the smallest square that holds the record
 * @param rows modules down, 0 likewise
 * @param c40 record is ASCII text and encoded in C40 (section 5.2.5); else bytes as they are
 */
public record SymbolShape(int columns, int rows, boolean c40) {

    public static final SymbolShape SMALLEST_SQUARE = new SymbolShape(0, 0, false);
}
