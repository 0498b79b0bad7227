// SPDX-License-Identifier: Apache-2.0
package org.porto.meter.identity.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import org.junit.Test;

public class ConfiguredIdentityTest {

    @Test
    public void aWholeIdentityIsTaken() {
        ConfiguredIdentity identity = new ConfiguredIdentity("METER001", "psd", "bench-1", "EUR");
        assertEquals("METER001", identity.serial().value());
        assertEquals("psd", identity.profile());
        assertEquals("bench-1", identity.hardwareModel());
        assertEquals("EUR", identity.currency().getCurrencyCode());
    }

    @Test
    public void anythingMissingOrMalformedIsRefused() {
        String[][] wrong = {
            {null, "psd", "bench-1", "EUR"},
            {"METER01", "psd", "bench-1", "EUR"},
            {"meter001", "psd", "bench-1", "EUR"},
            {"METER001", "printer", "bench-1", "EUR"},
            {"METER001", null, "bench-1", "EUR"},
            {"METER001", "psd", "", "EUR"},
            {"METER001", "psd", "bench 1", "EUR"},
            {"METER001", "psd", "bench-1", "EURO"},
            {"METER001", "psd", "bench-1", null}
        };
        for (String[] w : wrong) {
            assertThrows(
                    String.join(",", w[0] + "", w[1] + "", w[2], w[3] + ""),
                    IllegalArgumentException.class,
                    () -> new ConfiguredIdentity(w[0], w[1], w[2], w[3]));
        }
    }
}
