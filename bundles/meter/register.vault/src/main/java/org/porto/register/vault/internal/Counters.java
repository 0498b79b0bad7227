// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.Arrays;
import org.porto.register.api.VaultHealth;

/** What a vault counts of itself since it was made. Thread-safe. */
final class Counters {

    /** Times of one store's syncs; the last {@link #KEPT} for the percentiles. */
    static final class Syncs {
        private static final int KEPT = 4096;
        private static final int MICROS_NANOS = 1000;

        private final int[] micros = new int[KEPT];
        private long count;
        private int most;

        synchronized void took(long nanos) {
            int took = (int) Math.min(Integer.MAX_VALUE, nanos / MICROS_NANOS);
            micros[(int) (count % KEPT)] = took;
            count++;
            most = Math.max(most, took);
        }

        synchronized VaultHealth.SyncTimes times() {
            int kept = (int) Math.min(KEPT, count);
            if (kept == 0) {
                return new VaultHealth.SyncTimes(0, 0, 0, 0);
            }
            int[] sorted = Arrays.copyOf(micros, kept);
            Arrays.sort(sorted);
            return new VaultHealth.SyncTimes(count, sorted[(kept - 1) / 2], sorted[(int) ((kept - 1) * 99L / 100)], most);
        }
    }

    final Syncs journal = new Syncs();
    final Syncs table = new Syncs();
    private long bytesWritten;
    private long batches;
    private long faults;
    private long repairs;

    synchronized void wrote(long bytes) {
        bytesWritten += bytes;
    }

    synchronized void batch() {
        batches++;
    }

    synchronized void fault() {
        faults++;
    }

    synchronized void repair() {
        repairs++;
    }

    synchronized long bytesWritten() {
        return bytesWritten;
    }

    synchronized long batches() {
        return batches;
    }

    synchronized long faults() {
        return faults;
    }

    synchronized long repairs() {
        return repairs;
    }
}
