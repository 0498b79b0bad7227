// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferEvent;
import org.porto.transfer.api.TransferListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transitions that this process has seen, and who is told of them. What is true stands in the journal, not here. Thread-safe. */
final class Trace {

    private static final Logger LOG = LoggerFactory.getLogger(Trace.class);
    private static final int TRANSFERS_MAX = 1000;
    private static final int EVENTS_MAX = 64;

    private final InstantSource clock;
    private final List<TransferListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<TransactionId, List<TransferEvent>> seen = new LinkedHashMap<>();

    Trace(InstantSource clock) {
        this.clock = clock;
    }

    InstantSource clock() {
        return clock;
    }

    void add(TransferListener listener) {
        listeners.add(listener);
    }

    void remove(TransferListener listener) {
        listeners.remove(listener);
    }

    /** A first or, after a refusal, new attempt. */
    void begun(TransactionId transaction, long amountMils, long feeMils) {
        synchronized (seen) {
            seen.remove(transaction);
        }
        tell(take(transaction, Optional.empty(), amountMils, feeMils, Optional.empty(), TransferBlock.INSERTED_110, ""));
    }

    /** A further block of one that this process has begun. */
    void reached(TransactionId transaction, Optional<CardId> card, TransferBlock to, String code) {
        Optional<TransferEvent> last = last(transaction);
        if (last.isPresent() && last.get().to() != to) {
            TransferEvent event = last.get();
            tell(take(transaction, card.or(event::card), event.amountMils(), event.feeMils(), Optional.of(event.to()), to, code));
        }
    }

    /** A step of one that is in the journal, whoever began it. @param before as it was in the journal */
    void moved(Entry before, TransferBlock to, String code) {
        Optional<TransferBlock> from = last(before.transaction()).map(TransferEvent::to).or(() -> Optional.of(before.stage().block));
        if (from.equals(Optional.of(to)) || from.filter(TransferBlock::refused).isPresent()) {
            // refused was told already: the journal only forgets an intention
            return;
        }
        tell(take(before.transaction(), Optional.of(before.card()), before.amountMils(), before.feeMils(), from, to, code));
    }

    Optional<TransferEvent> last(TransactionId transaction) {
        synchronized (seen) {
            List<TransferEvent> events = seen.get(transaction);
            return events == null ? Optional.empty() : Optional.of(events.get(events.size() - 1));
        }
    }

    List<TransferEvent> history(TransactionId transaction) {
        synchronized (seen) {
            return List.copyOf(seen.getOrDefault(transaction, List.of()));
        }
    }

    private TransferEvent take(
            TransactionId transaction,
            Optional<CardId> card,
            long amountMils,
            long feeMils,
            Optional<TransferBlock> from,
            TransferBlock to,
            String code) {
        TransferEvent event = new TransferEvent(transaction, card, amountMils, feeMils, from, to, clock.instant(), code);
        if (!to.after(from)) {
            // the money is where the journal says; this only tells that the machine in the api is not the one that ran
            LOG.error("transfer {} went from {} to {}", transaction, from, to);
        }
        synchronized (seen) {
            List<TransferEvent> events = seen.computeIfAbsent(transaction, id -> new ArrayList<>());
            if (events.size() < EVENTS_MAX) {
                events.add(event);
            } else {
                events.set(EVENTS_MAX - 1, event);
            }
            if (seen.size() > TRANSFERS_MAX) {
                seen.remove(seen.keySet().iterator().next());
            }
        }
        return event;
    }

    private void tell(TransferEvent event) {
        for (TransferListener listener : listeners) {
            try {
                listener.moved(event);
            } catch (RuntimeException e) {
                // a stranger's fault must not stop a transfer between two steps
                LOG.error("listener {} failed on {}", listener.getClass().getName(), event.to(), e);
            }
        }
    }
}
