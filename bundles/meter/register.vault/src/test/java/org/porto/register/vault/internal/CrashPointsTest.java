// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertTrue;

import java.util.List;
import org.junit.Test;

/** Rule V9 in the depth of a normal test run; {@link ProveVault} goes all the way. */
public class CrashPointsTest {

    @Test
    public void everyOperationOpensToBeforeOrAfter() throws Exception {
        List<CrashPoints.Count> counts = new CrashCases(CrashPoint.Depth.QUICK, 1).all();
        System.err.println(CrashPoints.Count.heading());
        counts.forEach(System.err::println);
        counts.forEach(count -> assertTrue(count.name(), count.steps() > 0 && count.opened() > 1));
    }
}
