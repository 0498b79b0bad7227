// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.api;

import java.io.IOException;

/** Another reader holds the card's file. */
public final class CardInUseException extends IOException {

    private static final long serialVersionUID = 1L;

    public CardInUseException(String file) {
        super("card is in another reader: " + file);
    }
}
