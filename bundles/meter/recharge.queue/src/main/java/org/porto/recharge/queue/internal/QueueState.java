// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.porto.recharge.api.RechargeOutcome;

/** The queue in memory: what the records of the journal say. Not thread-safe. */
final class QueueState {

    static final int OUTCOMES_MAX = 10_000;

    private final Map<Long, Entry> byTag = new HashMap<>();
    /** Left by a card's answer or by hand, and perhaps still on the next snapshot: they do not come again. */
    private final Set<EntryId> gone = new HashSet<>();

    private final Map<String, byte[]> receipts = new LinkedHashMap<>();
    private final Deque<RechargeOutcome> outcomes = new ArrayDeque<>();
    private int size;
    private long entryBytes;
    private long version;
    private byte[] digest = new byte[0];

    /** A list that is not yet sealed by its last record: nothing of it counts. */
    private List<Entry> arriving = new ArrayList<>();

    private Set<EntryId> leaving = new HashSet<>();

    int size() {
        return size;
    }

    long entryBytes() {
        return entryBytes;
    }

    long version() {
        return version;
    }

    byte[] digest() {
        return digest;
    }

    Map<String, byte[]> receipts() {
        return receipts;
    }

    Deque<RechargeOutcome> outcomes() {
        return outcomes;
    }

    Set<EntryId> gone() {
        return gone;
    }

    Entry first(long tag) {
        return byTag.get(tag);
    }

    boolean holds(long tag, EntryId id) {
        for (Entry entry = byTag.get(tag); entry != null; entry = entry.next) {
            if (entry.id().equals(id)) {
                return true;
            }
        }
        return false;
    }

    void each(Consumer<Entry> sink) {
        for (Entry first : byTag.values()) {
            for (Entry entry = first; entry != null; entry = entry.next) {
                sink.accept(entry);
            }
        }
    }

    void beginList() {
        arriving = new ArrayList<>();
        leaving = new HashSet<>();
    }

    void arriving(Entry entry) {
        arriving.add(entry);
    }

    void leaving(EntryId id) {
        leaving.add(id);
    }

    void commitList(long newVersion, byte[] newDigest) {
        gone.removeAll(leaving);
        remove(leaving);
        arriving.forEach(this::add);
        version = newVersion;
        digest = newDigest;
        beginList();
    }

    void outcome(RechargeOutcome outcome, long tag, EntryId id, String receiptDigest, byte[] receipt) {
        outcomes.addFirst(outcome);
        if (outcomes.size() > OUTCOMES_MAX) {
            outcomes.removeLast();
        }
        if (receipt.length > 0) {
            receipts.put(receiptDigest, receipt);
        }
        if (outcome.removed()) {
            removeOne(tag, id);
            // An expired one may come again when the clock was wrong; whatever a card or a person ended may not.
            if (!"expired".equals(outcome.result())) {
                gone.add(id);
            }
        }
    }

    void gone(EntryId id) {
        gone.add(id);
    }

    void receipt(String receiptDigest, byte[] receipt) {
        receipts.put(receiptDigest, receipt);
    }

    void acknowledge(Collection<String> digests) {
        digests.forEach(receipts::remove);
    }

    private void add(Entry entry) {
        long tag = entry.tag();
        if (holds(tag, entry.id())) {
            return;
        }
        Entry before = null;
        Entry after = byTag.get(tag);
        while (after != null && after.order() <= entry.order()) {
            before = after;
            after = after.next;
        }
        entry.next = after;
        if (before == null) {
            byTag.put(tag, entry);
        } else {
            before.next = entry;
        }
        size++;
        entryBytes += entry.bytes.length;
    }

    /** One walk for any number: entries have no index by id, which would cost as much as they do. */
    private void remove(Set<EntryId> ids) {
        if (ids.isEmpty()) {
            return;
        }
        var tags = byTag.entrySet().iterator();
        while (tags.hasNext()) {
            var tag = tags.next();
            Entry kept = null;
            Entry last = null;
            for (Entry entry = tag.getValue(); entry != null; ) {
                Entry next = entry.next;
                entry.next = null;
                if (ids.contains(entry.id())) {
                    size--;
                    entryBytes -= entry.bytes.length;
                } else if (kept == null) {
                    kept = entry;
                    last = entry;
                } else {
                    last.next = entry;
                    last = entry;
                }
                entry = next;
            }
            if (kept == null) {
                tags.remove();
            } else {
                tag.setValue(kept);
            }
        }
    }

    /** Where the tag is known: constant time. */
    private void removeOne(long tag, EntryId id) {
        Entry before = null;
        for (Entry entry = byTag.get(tag); entry != null; before = entry, entry = entry.next) {
            if (!entry.id().equals(id)) {
                continue;
            }
            if (before != null) {
                before.next = entry.next;
            } else if (entry.next != null) {
                byTag.put(tag, entry.next);
            } else {
                byTag.remove(tag);
            }
            size--;
            entryBytes -= entry.bytes.length;
            return;
        }
    }

    static long tag(byte[] eight) {
        return ByteBuffer.wrap(eight).getLong();
    }
}
