// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.porto.model.api.RefusedException;
import org.porto.model.api.Ticker;
import org.porto.transfer.api.TransferCode;

/** W block 117: after too many failed recognitions in a row a reader moves no value for a while. */
final class RecognitionGuard {

    static final int FAILURES_MAX = 5;
    static final Duration PAUSE = Duration.ofMinutes(5);

    private record Failures(int count, long lastNanos) {}

    private final Ticker ticker;
    private final Map<String, Failures> byReader = new ConcurrentHashMap<>();

    RecognitionGuard(Ticker ticker) {
        this.ticker = ticker;
    }

    /** @throws RefusedException {@code TRF-007} */
    void check(String reader) throws RefusedException {
        Failures failures = byReader.get(reader);
        if (failures != null && failures.count() >= FAILURES_MAX) {
            if (ticker.nanos() - failures.lastNanos() < PAUSE.toNanos()) {
                throw new RefusedException(TransferCode.METER_BLOCKED, "reader " + reader);
            }
            byReader.remove(reader);
        }
    }

    void failed(String reader) {
        byReader.merge(reader, new Failures(1, ticker.nanos()), (old, one) -> new Failures(old.count() + 1, one.lastNanos()));
    }

    void passed(String reader) {
        byReader.remove(reader);
    }
}
