// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.Test;

/** Rule V9 in the depth of a normal test run; {@link ProveVault} goes all the way. */
public class CrashPointsTest {

    @Test
    public void everyOperationOpensToBeforeOrAfter() throws Exception {
        System.err.println(CrashPoints.Count.heading());
        List<String> empty = new ArrayList<>();
        List<Throwable> failed = new ArrayList<>();
        new CrashCases(CrashPoint.Depth.QUICK, 1).each(
                count -> {
                    System.err.println(count);
                    if (count.steps() == 0 || count.opened() < 2) {
                        empty.add(count.name());
                    }
                },
                (name, e) -> failed.add(e));
        if (!failed.isEmpty()) {
            AssertionError error = new AssertionError(failed.size() + " cases: " + failed.get(0).getMessage(), failed.get(0));
            failed.subList(1, failed.size()).forEach(error::addSuppressed);
            throw error;
        }
        assertEquals(List.of(), empty);
    }
}
