// SPDX-License-Identifier: Apache-2.0
package org.porto.card.spi;

/** The card failed: absent, removed, mute. */
public class CardException extends Exception {

    private static final long serialVersionUID = 1L;

    public CardException(String message) {
        super(message);
    }

    public CardException(String message, Throwable cause) {
        super(message, cause);
    }
}
