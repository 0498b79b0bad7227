// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.api;

/** A key of the data centre that cards hold the public half of (newest version and the one before). */
public enum CardKey {
    /** Signs orders to cards. */
    ORDERS("orders"),
    /** Signs certificates of cards, and those that meters, stations and merchant points show to cards. */
    ISSUER("issuer");

    private final String text;

    CardKey(String text) {
        this.text = text;
    }

    /** As it is typed and stored. */
    public String text() {
        return text;
    }
}
