// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import org.porto.model.api.CardId;

/** What issuer and data centre know of a card. */
class CardRecord {

    final CardId id;
    byte[] point;
    byte[] certificate;
    byte[] tag;

    CardRecord(CardId id) {
        this.id = id;
    }
}
