// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Callers that post as fast as they are answered, each answer written down; two legs an act, ids counted up. */
final class Load implements AutoCloseable {

    static final Currency EUR = Currency.getInstance("EUR");

    /** Told of each answer as it comes. */
    interface Heard {
        void entry(long n, long number);
    }

    private final Map<Long, Long> answered = new ConcurrentHashMap<>();
    private final Map<Long, String> refused = new ConcurrentHashMap<>();
    private final AtomicLong next;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Thread> threads;

    Load(Ledger ledger, int callers, long first, Heard heard) throws RefusedException {
        ledger.open("bank", AccountKind.ASSET, EUR);
        ledger.open("a", AccountKind.LIABILITY, EUR);
        ledger.open("b", AccountKind.LIABILITY, EUR);
        next = new AtomicLong(first);
        threads = java.util.stream.IntStream.range(0, callers)
                .mapToObj(i -> new Thread(() -> work(ledger, heard), "caller-" + i))
                .toList();
        threads.forEach(Thread::start);
    }

    static List<Posting> act(long n) {
        return List.of(posting(2 * n, "bank", "a", 3), posting(2 * n + 1, "a", "b", 2));
    }

    static Posting posting(long n, String debit, String credit, long mils) {
        return new Posting(new TransactionId(String.format("%032x", n)), debit, credit, Money.ofMils(mils, EUR), "load", "");
    }

    private void work(Ledger ledger, Heard heard) {
        while (!stop.get()) {
            long n = next.getAndIncrement();
            try {
                List<LedgerEntry> entries = ledger.post(act(n));
                answered.put(n, entries.get(0).number());
                heard.entry(n, entries.get(0).number());
            } catch (RefusedException e) {
                refused.put(n, e.code());
            }
        }
    }

    Map<Long, Long> answered() {
        return answered;
    }

    /** Acts that were not booked, or that nobody knows of. */
    Map<Long, String> refused() {
        return refused;
    }

    /** Ends once every caller has its last answer. */
    @Override
    public void close() {
        stop.set(true);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
