// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

/**
 * How a vault and its media do. Counters begin at the vault's start in this process.
 *
 * @param state {@code open}, {@code closed} (opens at the next use) or {@code locked} (case file)
 * @param detail code and words of what closed or locked it, else empty
 * @param records durable records, archived ones included; 0 while not open
 * @param archivedRecords of these, in archived segments
 * @param freeBytes free space of the file system that holds the stores
 * @param liveBytes bytes of both stores without the archive
 * @param archiveBytes bytes of the archive
 * @param bytesWritten handed to the medium by both stores (wear)
 * @param batches group commits, each one write and one sync in either store
 * @param faults how often the vault closed itself
 * @param repairs how often one store or copy was repaired from the other, by opening, archiving or a verification
 */
public record VaultHealth(
        String state,
        String detail,
        long records,
        long archivedRecords,
        long freeBytes,
        long liveBytes,
        long archiveBytes,
        long bytesWritten,
        long batches,
        long faults,
        long repairs,
        SyncTimes journalSyncs,
        SyncTimes tableSyncs) {

    /** Syncs of one store, in microseconds; percentiles over the last 4096. */
    public record SyncTimes(long count, long p50Micros, long p99Micros, long maxMicros) {}
}
