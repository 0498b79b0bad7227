// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.time.Duration;
import org.porto.model.api.Ticker;
import org.porto.register.api.RegisterCode;

/**
 * Opens write windows (rule V5; EP 527010, EP 737944). One window at a time, for one store and one sequence number, with a
 * deadline: the two stores are never both open for writing (rule V4), and a write that nobody announced finds no window.
 */
final class WriteWindows {

    /** Permission for one record in one store. Made only here. */
    final class Window {
        private final String store;
        private final long sequence;
        private final long deadlineNanos;

        private Window(String store, long sequence, long deadlineNanos) {
            this.store = store;
            this.sequence = sequence;
            this.deadlineNanos = deadlineNanos;
        }
    }

    private final Ticker ticker;
    private final long lengthNanos;
    private Window open;

    WriteWindows(Ticker ticker, Duration length) {
        this.ticker = ticker;
        this.lengthNanos = length.toNanos();
    }

    synchronized Window open(String store, long sequence) throws StoreException {
        if (open != null) {
            throw violation("window of " + open.store + " is still open");
        }
        open = new Window(store, sequence, ticker.nanos() + lengthNanos);
        return open;
    }

    /** What a store calls before it touches its medium. */
    synchronized void check(Window window, String store, long sequence) throws StoreException {
        if (window == null || window != open || !window.store.equals(store) || window.sequence != sequence) {
            throw violation("write of record " + sequence + " to " + store);
        }
        if (ticker.nanos() - window.deadlineNanos > 0) {
            throw violation("write of record " + sequence + " to " + store + " after the deadline");
        }
    }

    /** A window held past its deadline faults the vault, even when the write went well. */
    synchronized void close(Window window) throws StoreException {
        if (window != open) {
            throw violation("closing a window that is not open");
        }
        open = null;
        if (ticker.nanos() - window.deadlineNanos > 0) {
            throw violation("window of " + window.store + " was held past its deadline");
        }
    }

    /** After a fault: no window survives. */
    synchronized void drop() {
        open = null;
    }

    private static StoreException violation(String detail) {
        return new StoreException(RegisterCode.WINDOW_VIOLATED, detail);
    }
}
