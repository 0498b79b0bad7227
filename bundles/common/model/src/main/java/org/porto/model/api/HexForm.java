// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

/** The form of ids: made anew at each record that is read, so no pattern is run for it. */
final class HexForm {

    private static final int LETTERS = 6;

    private HexForm() {}

    /** @param first letter after the digits, {@code 'a'} or {@code 'A'} */
    static boolean has(String text, int length, char first) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < first || c >= first + LETTERS)) {
                return false;
            }
        }
        return true;
    }
}
