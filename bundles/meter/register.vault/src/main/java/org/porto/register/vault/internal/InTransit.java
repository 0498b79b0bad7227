// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.model.api.TransactionId;
import org.porto.register.api.TransitItem;

/** The transfers that are neither done nor undone, oldest first (rule T5): what register T is made of. */
final class InTransit {

    /** Bounds the checkpoint in a segment's header. */
    static final int MOST = 1024;

    private final Map<TransactionId, TransitItem> items = new LinkedHashMap<>();
    private List<TransitItem> list = List.of();
    private boolean changed = true;

    void set(Map<TransactionId, TransitItem> all) {
        items.clear();
        items.putAll(all);
        changed = true;
    }

    /** What a record begins or ends. */
    void take(StoredRecord stored) {
        if (stored.related().isPresent()) {
            items.remove(stored.related().get());
            changed = true;
        }
        if (stored.kind().equals(StoredRecord.TRANSFER_OUT)) {
            items.put(stored.transaction(), stored.transitItem());
            changed = true;
        }
    }

    Optional<TransitItem> find(TransactionId transferOut) {
        return Optional.ofNullable(items.get(transferOut));
    }

    int size() {
        return items.size();
    }

    /** As it is now; the same list until it changes, since most records change nothing of it. */
    List<TransitItem> list() {
        if (changed) {
            list = List.copyOf(items.values());
            changed = false;
        }
        return list;
    }
}
