// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.api;

import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;

/**
 * One open journal. Thread-safe; appends are serialised. On return of an append the record is durable (written and synced). A
 * torn tail left by a crash is cut off at opening; damage before the tail refuses the opening.
 */
@ProviderType
public interface Journal extends AutoCloseable {

    int PAYLOAD_BYTES_MAX = 1 << 20;

    /**
     * Appends and syncs.
     *
     * @throws RefusedException {@code JRN-003} when the write or the sync failed: the journal then refuses everything until it
     *     is reopened, and the record may be found there or not; {@code JRN-004}, {@code JRN-005}
     */
    JournalRecord append(int type, byte[] payload) throws RefusedException;

    /** Appends several with one sync: all durable on return, in order; after a crash any prefix may be there. */
    List<JournalRecord> appendAll(int type, List<byte[]> payloads) throws RefusedException;

    /** Sequence of the newest record, 0 when empty. */
    long lastSequence();

    /** Feeds every record from a sequence on, in order; reads the file, checks CRC and chain. */
    void replay(long fromSequence, Consumer<JournalRecord> sink) throws RefusedException;

    /**
     * Walks the whole chain.
     *
     * @return the number of records
     * @throws RefusedException {@code JRN-001} naming the first broken record
     */
    long verify() throws RefusedException;

    /**
     * Replaces the contents by these records in one atomic step (write aside, sync, rename), keeping sequence numbers rising
     * and the chain provable: the first new record's predecessor is the old last hash. For queues that must stay bounded.
     */
    void compact(int type, List<byte[]> payloads) throws RefusedException;

    @Override
    void close();
}
