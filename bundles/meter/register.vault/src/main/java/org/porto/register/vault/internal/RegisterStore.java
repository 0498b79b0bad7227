// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.Optional;

/**
 * One of the two stores (rule V4). Opened by its constructor, which changes nothing that was durable. Not thread-safe: the vault
 * serialises.
 */
interface RegisterStore extends AutoCloseable {

    /** Takes the records of a walk, in order. */
    interface Sink {
        void accept(StoredRecord stored) throws StoreException, BrokenRecordException;
    }

    String name();

    /** The last record that is whole and authentic, empty when there is none. */
    Optional<StoredRecord> last();

    /** Whether something that is no valid record lies after the last one. */
    boolean torn();

    /**
     * Drops what is torn and makes all that is there durable: after a crash or a failed sync the medium may hold less than
     * reads show.
     */
    void settle(WriteWindows.Window window) throws StoreException;

    /** Writes the next record inside the window; durable on return. */
    void append(WriteWindows.Window window, StoredRecord stored) throws StoreException;

    /** Every record from the first, decoded and authenticated; the caller checks the chain. */
    void walk(long from, long to, Sink sink) throws StoreException, BrokenRecordException;

    @Override
    void close();
}
