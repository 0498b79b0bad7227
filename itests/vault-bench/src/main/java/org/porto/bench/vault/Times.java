// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.util.Arrays;
import java.util.List;

/** Durations in nanoseconds, growing as needed. Not thread-safe. */
final class Times {

    private long[] nanos = new long[4096];
    private int count;

    void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
    }

    void addAll(Times other) {
        for (int i = 0; i < other.count; i++) {
            add(other.nanos[i]);
        }
    }

    /** Keeps its place: a list that grew once does not trouble the collector again. */
    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    double medianMicros() {
        return percentileMicros(50);
    }

    double percentileMicros(int percent) {
        if (count == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1L, (long) count * percent / 100)] / 1e3;
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
