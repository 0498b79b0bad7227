// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.porto.issuer.api.CardKey;
import org.porto.issuer.api.CardKeyOrder;
import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;

/** Which card has which version of which key, and which orders wait for it. Part of {@link IssuerBook}: only a replay changes it. */
final class KeyBook {

    private final Map<CardId, Map<CardKey, Integer>> held = new HashMap<>();
    private final Map<CardId, Map<CardKey, CardKeyOrder>> waiting = new TreeMap<>();
    /** All that may still be answered, also those that a later one has replaced. */
    private final Map<CardId, Map<TransactionId, CardKeyOrder>> given = new HashMap<>();
    private long changes;

    /** Empty for a card that has what it was made with. */
    Optional<Integer> held(CardId card, CardKey key) {
        return Optional.ofNullable(held.getOrDefault(card, Map.of()).get(key));
    }

    Optional<CardKeyOrder> waiting(CardId card, CardKey key) {
        return Optional.ofNullable(waiting.getOrDefault(card, Map.of()).get(key));
    }

    List<CardKeyOrder> waiting() {
        return waiting.values().stream().map(Map::values).flatMap(Collection::stream).toList();
    }

    Optional<CardKeyOrder> given(CardId card, TransactionId id) {
        return Optional.ofNullable(given.getOrDefault(card, Map.of()).get(id));
    }

    long changes() {
        return changes;
    }

    void ordered(CardKeyOrder order) {
        waiting.computeIfAbsent(order.card(), card -> new EnumMap<>(CardKey.class)).put(order.key(), order);
        given.computeIfAbsent(order.card(), card -> new HashMap<>()).put(order.id(), order);
        changes++;
    }

    void holds(CardId card, CardKey key, int version) {
        held.computeIfAbsent(card, c -> new EnumMap<>(CardKey.class)).put(key, version);
        Map<CardKey, CardKeyOrder> open = waiting.getOrDefault(card, new EnumMap<>(CardKey.class));
        if (open.containsKey(key) && open.get(key).version() <= version) {
            open.remove(key);
        }
        if (open.isEmpty()) {
            waiting.remove(card);
        }
        given.getOrDefault(card, new HashMap<>())
                .values()
                .removeIf(order -> order.key() == key && order.version() <= version);
        changes++;
    }
}
