// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.porto.model.api.CardId;

/**
 * Certificates of cards met before, the longest unseen goes first: a card need not show what is static. Each was verified under the issuer's
 * key it is kept with, and is found under that key and within its validity only; that the card has its key is shown anew each time.
 */
final class KnownCards {

    static final int CARDS_MAX = 4_096;

    private record Met(CardKey key, byte[] issuer) {}

    private final Map<CardId, Met> cards = new LinkedHashMap<>(16, 0.75f, true);

    synchronized Optional<CardKey> find(CardId card, byte[] issuer, int today) {
        return Optional.ofNullable(cards.get(card))
                .filter(met -> Arrays.equals(met.issuer(), issuer))
                .map(Met::key)
                .filter(key -> key.certificate().notAfterDay() >= today);
    }

    synchronized void remember(CardKey key, byte[] issuer) {
        cards.put(CardId.of(key.certificate().subject()), new Met(key, issuer.clone()));
        if (cards.size() > CARDS_MAX) {
            cards.remove(cards.keySet().iterator().next());
        }
    }

    synchronized int size() {
        return cards.size();
    }
}
