// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

/** Something that must never be. */
final class Finding extends AssertionError {

    private static final long serialVersionUID = 1L;

    Finding(String what) {
        super(what);
    }

    static void unless(boolean good, String what) {
        if (!good) {
            throw new Finding(what);
        }
    }
}
