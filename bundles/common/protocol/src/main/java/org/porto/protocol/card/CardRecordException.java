// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.card;

/** Bytes that are not the record they should be. */
public final class CardRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    public CardRecordException(String message) {
        super(message);
    }
}
