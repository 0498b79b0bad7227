// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.util.Arrays;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.PurseCode;

/** PINs as the card wants them: 4 to 8 ASCII digits, filled with FF to 8 bytes. */
final class Pins {

    static final int BYTES = 8;

    private Pins() {}

    /** The caller zeroes it. */
    static byte[] encoded(char[] pin) throws RefusedException {
        boolean digits = pin.length >= 4 && pin.length <= BYTES;
        for (char c : pin) {
            digits &= c >= '0' && c <= '9';
        }
        if (!digits) {
            throw new RefusedException(PurseCode.PIN_WRONG, "a PIN has 4 to 8 digits; no try was used");
        }
        byte[] out = new byte[BYTES];
        Arrays.fill(out, (byte) 0xFF);
        for (int i = 0; i < pin.length; i++) {
            out[i] = (byte) pin[i];
        }
        return out;
    }
}
