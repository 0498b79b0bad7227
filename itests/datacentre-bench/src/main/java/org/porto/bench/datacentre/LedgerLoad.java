// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.datacentre;

import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.Posting;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Callers that refill meters: each its own meter, out of one of a few deposits; the next as soon as the last is answered. */
final class LedgerLoad {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final int DEPOSITS = 8;

    private final Ledger ledger;
    private final int callers;

    LedgerLoad(Ledger ledger, int callers) throws RefusedException {
        this.ledger = ledger;
        this.callers = callers;
        ledger.open("bank:deposits", AccountKind.ASSET, EUR);
        for (int i = 0; i < DEPOSITS; i++) {
            ledger.open("deposit:" + i, AccountKind.LIABILITY, EUR);
            ledger.post(List.of(posting("bank:deposits", "deposit:" + i, 1_000_000_000_000L)));
        }
        for (int i = 0; i < callers; i++) {
            ledger.open("float:meter:" + i, AccountKind.LIABILITY, EUR);
        }
    }

    private static Posting posting(String debit, String credit, long mils) {
        byte[] id = new byte[TransactionId.BYTES];
        ThreadLocalRandom.current().nextBytes(id);
        return new Posting(TransactionId.of(id), debit, credit, Money.ofMils(mils, EUR), "refill", "bench");
    }

    /** Postings a second. */
    double run(int seconds) throws BenchException {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            long begin = System.nanoTime();
            long end = begin + TimeUnit.SECONDS.toNanos(seconds);
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                String meter = "float:meter:" + i;
                String deposit = "deposit:" + i % DEPOSITS;
                Callable<Long> caller = () -> {
                    long done = 0;
                    while (System.nanoTime() < end) {
                        ledger.post(List.of(posting(deposit, meter, 20_000)));
                        done++;
                    }
                    return done;
                };
                counts.add(threads.submit(caller));
            }
            long all = 0;
            for (Future<Long> count : counts) {
                all += count.get();
            }
            return all * 1e9 / (System.nanoTime() - begin);
        } catch (ExecutionException e) {
            throw new BenchException("a posting failed: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } finally {
            threads.shutdown();
        }
    }
}
