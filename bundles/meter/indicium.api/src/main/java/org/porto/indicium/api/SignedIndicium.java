// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.api;

import java.util.BitSet;

/**
 * A signed indicium as bytes and as Data Matrix ECC 200 (ISO/IEC 16022).
 *
 * @param profile for example {@code full-1}
 * @param bytes what the symbol carries
 * @param columns modules across, quiet zone not included
 * @param rows modules down
 * @param modules bit (row * columns + column) set is black
 */
public record SignedIndicium(String profile, IndiciumData data, byte[] bytes, int columns, int rows, BitSet modules) {

    public SignedIndicium {
        bytes = bytes.clone();
        modules = (BitSet) modules.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public BitSet modules() {
        return (BitSet) modules.clone();
    }
}
