// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

/** Counts the steps of a scenario that touch something durable and fails one of them, before or after it took effect. */
final class Faults {

    /** The meter loses its power here. */
    static final class PowerCut extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** What happens at the step. */
    enum Kind {
        CUT_BEFORE,
        CUT_AFTER,
        FAIL_BEFORE,
        FAIL_AFTER
    }

    int steps;
    int failing = -1;
    Kind kind = Kind.CUT_BEFORE;

    /** @return whether this step is to fail, having had its effect or not as {@link #kind} says */
    boolean hit() {
        return steps++ == failing;
    }

    void cut(boolean hit, Kind when) {
        if (hit && kind == when) {
            throw new PowerCut();
        }
    }
}
