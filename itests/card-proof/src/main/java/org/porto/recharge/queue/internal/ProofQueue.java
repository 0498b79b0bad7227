// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import java.nio.file.Path;
import org.porto.merchant.point.internal.ProofPoint;
import org.porto.model.api.RefusedException;
import org.porto.recharge.api.RechargeQueue;

/** Makes the product's recharge queue out of its parts, as its component does, for the proof. */
public final class ProofQueue {

    private static final long GARBAGE_BYTES = 1 << 20;

    private ProofQueue() {}

    public static RechargeQueue start(ProofPoint.Parts parts, String file) throws RefusedException {
        return new DurableQueue(
                new QueueStore(parts.journals(), Path.of(file), parts.crypto(), GARBAGE_BYTES),
                parts.crypto(),
                parts.clock(),
                parts.readers(),
                parts.purses(),
                parts.channel(),
                parts.keys());
    }
}
