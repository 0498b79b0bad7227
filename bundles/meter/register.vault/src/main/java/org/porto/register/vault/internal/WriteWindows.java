// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.time.Duration;
import org.porto.model.api.Ticker;
import org.porto.register.api.RegisterCode;

/**
 * Opens write windows (rule V5; EP 527010, EP 737944). One window at a time for both stores, for one of them and one range of
 * records, with a deadline: they are never both open for writing (rule V4), and a write that nobody announced finds no window. Beside
 * it one for maintenance, of files in which no batch is written: the archive and the next segment. A window held past its
 * deadline latches: nothing is written any more until the vault has dropped it and opened its stores again.
 */
final class WriteWindows {

    /** Permission for a range of records in one store. Made only here. */
    final class Window {
        private final String store;
        private final long first;
        private final long last;
        private final long deadlineNanos;

        private Window(String store, long first, long last, long deadlineNanos) {
            this.store = store;
            this.first = first;
            this.last = last;
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public String toString() {
            return store + " " + first + ".." + last;
        }
    }

    private final Ticker ticker;
    private final long lengthNanos;
    private Window open;
    private Window beside;
    private boolean latched;

    WriteWindows(Ticker ticker, Duration length) {
        this.ticker = ticker;
        this.lengthNanos = length.toNanos();
    }

    /** For one record, or with 0 for no record: maintenance. */
    Window open(String store, long sequence) throws StoreException {
        return open(store, sequence, sequence);
    }

    synchronized Window open(String store, long first, long last) throws StoreException {
        Window still = of(store);
        if (latched || still != null) {
            throw violation("window of " + still + " is still open");
        }
        Window window = new Window(store, first, last, ticker.nanos() + lengthNanos);
        if (inStores(store)) {
            open = window;
        } else {
            beside = window;
        }
        return window;
    }

    private static boolean inStores(String store) {
        return !store.equals(Archive.NAME) && !store.equals(NextSegment.NAME);
    }

    private Window of(String store) {
        return inStores(store) ? open : beside;
    }

    void check(Window window, String store, long sequence) throws StoreException {
        check(window, store, sequence, sequence);
    }

    /** What a store calls before it touches its medium. */
    synchronized void check(Window window, String store, long first, long last) throws StoreException {
        if (latched
                || window == null
                || window != of(store)
                || !window.store.equals(store)
                || window.first != first
                || window.last != last) {
            throw violation("write of records " + first + ".." + last + " to " + store);
        }
        if (late(window)) {
            throw violation("write of records " + first + ".." + last + " to " + store + " after the deadline");
        }
    }

    /** What a store calls deep inside, where it no longer knows its window: one for it is open. */
    synchronized void check(String store) throws StoreException {
        Window now = of(store);
        if (latched || now == null || !now.store.equals(store)) {
            throw violation("write to " + store);
        }
    }

    /** A window held past its deadline faults the vault, even when the write went well. */
    synchronized void close(Window window) throws StoreException {
        if (window == null || window != of(window.store) || latched) {
            throw violation("closing a window that is not open");
        }
        if (window == open) {
            open = null;
        } else {
            beside = null;
        }
        if (late(window)) {
            throw violation("window of " + window.store + " was held past its deadline");
        }
    }

    /** Closes it without a word; a latched one stays for the watchdog. */
    synchronized void abandon(Window window) {
        if (latched) {
            return;
        }
        if (window == open) {
            open = null;
        } else if (window == beside) {
            beside = null;
        }
    }

    /** What the watchdog asks: latches a window held past its deadline. @return whether one is latched */
    synchronized boolean overdue() {
        if (open != null && late(open) || beside != null && late(beside)) {
            latched = true;
        }
        return latched;
    }

    /** After a fault: no window survives. */
    synchronized void drop() {
        open = null;
        beside = null;
        latched = false;
    }

    long nanos() {
        return ticker.nanos();
    }

    private boolean late(Window window) {
        return ticker.nanos() - window.deadlineNanos > 0;
    }

    private static StoreException violation(String detail) {
        return new StoreException(RegisterCode.WINDOW_VIOLATED, detail);
    }
}
